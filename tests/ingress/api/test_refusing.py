"""What the API says of a database that can't be asked, and of one that refuses."""

import asyncpg
import pytest

from ingress.api.refusing import REFUSALS, refuse

CUT = "cannot switch to state 15; another operation (2) is in progress"


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "refused"),
        TimeoutError(),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError(CUT),
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.AdminShutdownError("terminating connection due to administrator command"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    ],
)
def test_whoever_asks_while_the_database_is_away_is_told_to_come_back(error: Exception) -> None:
    answer = refuse(error)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_a_statement_of_ours_that_is_wrong_is_no_outage() -> None:
    assert not isinstance(asyncpg.UndefinedColumnError("no such column"), tuple(REFUSALS))
