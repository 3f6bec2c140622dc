"""Settings: everything that is wrong is told at once, and no secret with it."""

import pytest

from bridge.crypto import generate_key
from bridge.settings import Settings, SettingsError, given, read_settings, unknown
from tests.house import HOUSE

WRONG = {
    "DATABASE_URL": "mysql://root:hunter2@db/bridge",
    "AMQP_URL": "amqp://me:hunter2@rabbit:notaport/",
    "BRIDGE_PUBLIC_URL": "bridge.example.com",
    "BRIDGE_SECRET_KEY": "hunter2",
    "BRIDGE_SWEEP_INTERVAL": "soon",
    "BRIDGE_PORT": "99999",
    "BRIDGE_LOG_FORMAT": "xml",
    "XERO_CALLS_PER_MINUTE": "0",
}


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings({})

    assert settings.database_url is None
    assert settings.amqp_url is None
    assert settings.xero_api_url == "https://api.xero.com"
    assert settings.public_url == "http://127.0.0.1:8080"


def test_every_problem_is_told_with_its_name_and_a_remedy() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(WRONG)

    assert {problem.name for problem in caught.value.problems} == set(WRONG)
    assert all(problem.what and problem.remedy for problem in caught.value.problems)


def test_no_problem_repeats_a_value() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(WRONG)

    assert "hunter2" not in str(caught.value)


def test_times_that_contradict_the_defaults_of_others_are_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"XERO_REPEAT_WINDOW": "300"})

    assert [problem.name for problem in caught.value.problems] == ["XERO_LATE_LIMIT"]


def test_an_empty_value_counts_as_unset() -> None:
    assert read_settings({"BRIDGE_PORT": "", "DATABASE_URL": " "}) == read_settings({})


@pytest.mark.parametrize("url", ["postgresql:///bridge?host=/run/pg", "postgres://u:p@db/bridge"])
def test_a_postgresql_url_may_name_a_socket_or_a_host(url: str) -> None:
    assert read_settings({"DATABASE_URL": url}).database_url == url


def test_addresses_lose_their_last_slash() -> None:
    settings = read_settings({"BRIDGE_PUBLIC_URL": "https://bridge.example.com/"})

    assert settings.public_url == "https://bridge.example.com"


def test_several_keys_may_be_given() -> None:
    keys = f"{generate_key()}, {generate_key()}"

    assert read_settings({"BRIDGE_SECRET_KEY": keys}).secret_key


def test_printed_settings_hold_no_secret() -> None:
    key = generate_key()
    settings = read_settings(
        {"BRIDGE_SECRET_KEY": key, "BRIDGE_API_TOKEN": "hunter2", "XERO_CLIENT_SECRET": "hunter3"}
    )

    assert not {secret for secret in (key, "hunter2", "hunter3") if secret in repr(settings)}


def test_the_example_explains_every_setting() -> None:
    lines = (HOUSE / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.lstrip("# ").partition("=")[0] for line in lines if "=" in line}
    settings = {field.alias for field in Settings.model_fields.values()}

    assert settings - named == set()


def test_a_log_may_tell_what_was_set_and_no_secret() -> None:
    told = given(
        read_settings(
            {
                "DATABASE_URL": "postgresql://me:hunter2@db:5432/bridge?sslpassword=hunter2",
                "AMQP_URL": "amqp://me:hunter2@rabbit:5672/",
                "BRIDGE_SECRET_KEY": generate_key(),
                "BRIDGE_API_TOKEN": "hunter2",
                "XERO_CLIENT_SECRET": "hunter2",
                "XERO_WEBHOOK_KEY": "hunter2",
                "BRIDGE_DATABASE_POOL": "8",
            }
        )
    )

    assert "hunter2" not in str(told)
    assert (told["DATABASE_URL"], told["BRIDGE_DATABASE_POOL"]) == ("db:5432/bridge", 8)
    assert {"BRIDGE_SECRET_KEY", "XERO_WEBHOOK_KEY"} <= told.keys()
    assert "BRIDGE_RETENTION_DAYS" not in told


def test_a_setting_that_is_none_is_named() -> None:
    known = dict.fromkeys([field.alias or "" for field in Settings.model_fields.values()], "1")

    assert unknown({**known, "BRIDGE_SUBNET": "10.0.0.0/8", "PATH": "/bin"}) == []
    assert unknown({"BRIDGE_RETENTION_DAY": "30"}) == ["BRIDGE_RETENTION_DAY"]
