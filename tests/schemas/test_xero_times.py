"""What Xero writes in more than one way is read as one time."""

from datetime import UTC, date, datetime

import pytest

from schemas.xero_times import read_day, read_moment

DAY = date(2015, 8, 13)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("/Date(1439424000000+0000)/", DAY),
        ("/Date(1439424000000)/", DAY),
        ("2015-08-13T00:00:00", DAY),
        ("2015-08-13", DAY),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_read_in_each_of_xeros_ways(written: str | None, day: date | None) -> None:
    assert read_day(written) == day


@pytest.mark.parametrize("written", ["/Date(1439434356790+0000)/", "2015-08-13T02:52:36.790"])
def test_a_time_is_read_to_its_millisecond_as_utc(written: str) -> None:
    assert read_moment(written) == datetime(2015, 8, 13, 2, 52, 36, 790_000, UTC)
