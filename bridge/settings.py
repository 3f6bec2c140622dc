"""The settings of a process: read from the environment, checked at start, all problems at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bridge.crypto import parse_keys

LOWEST_SWEEP = 1  # seconds
KEY_LIFE = 360  # seconds that Xero keeps an idempotency key, from the first call
OTHERS = {"BRIDGE_SUBNET"}  # in the same file, for compose


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a setting; never holds the setting's value."""

    name: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what}. {self.remedy}"


class SettingsError(Exception):
    """The settings can't be used; `problems` are all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def _url(*schemes: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not (parts.hostname or parts.query or parts.path[1:]):
            raise ValueError(f"is not a URL that starts with {' or '.join(schemes)}://")
        _ = parts.port  # raises ValueError when it is no port
        return text

    return check


def _root(text: str) -> str:
    text = _url("http", "https")(text).rstrip("/")
    if urlsplit(text).query or urlsplit(text).fragment:
        raise ValueError("must not have a query")
    return text


def _keys(secret: SecretStr) -> SecretStr:
    parse_keys(secret.get_secret_value())
    return secret


HttpRoot = Annotated[str, AfterValidator(_root)]
PostgresUrl = Annotated[str, AfterValidator(_url("postgresql", "postgres"))]
AmqpUrl = Annotated[str, AfterValidator(_url("amqp", "amqps"))]
Keys = Annotated[SecretStr, AfterValidator(_keys)]
Port = Annotated[int, Field(ge=0, le=65535)]

A_URL = "Give a URL such as "
A_PORT = "Give a port from 1 to 65535, or 0 for any that is free"


class Settings(BaseModel):
    """All settings. A field's alias is its name in the environment, its description the remedy."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, validate_default=True
    )

    database_url: PostgresUrl | None = Field(
        None,
        alias="DATABASE_URL",
        description=A_URL + "postgresql://user:password@host:5432/bridge",
    )
    database_pool: int = Field(
        20, ge=4, le=500, alias="BRIDGE_DATABASE_POOL", description="Give 4 or more, 20"
    )
    amqp_url: AmqpUrl | None = Field(
        None, alias="AMQP_URL", description=A_URL + "amqp://user:password@host:5672/"
    )
    public_url: HttpRoot = Field(
        "", alias="BRIDGE_PUBLIC_URL", description=A_URL + "https://bridge.example.com"
    )
    secret_key: Keys | None = Field(
        None, alias="BRIDGE_SECRET_KEY", description="Make one with `bridge keys generate`"
    )
    api_token: SecretStr | None = Field(
        None, alias="BRIDGE_API_TOKEN", description="Choose a long random text"
    )
    sweep_interval: int = Field(
        900, ge=LOWEST_SWEEP, alias="BRIDGE_SWEEP_INTERVAL", description="Give whole seconds, 900"
    )
    retention_days: int = Field(
        90, ge=1, alias="BRIDGE_RETENTION_DAYS", description="Give whole days, 90"
    )
    xero_api_url: HttpRoot = Field(
        "https://api.xero.com", alias="XERO_API_URL", description=A_URL + "https://api.xero.com"
    )
    xero_identity_url: HttpRoot = Field(
        "https://identity.xero.com",
        alias="XERO_IDENTITY_URL",
        description=A_URL + "https://identity.xero.com",
    )
    xero_login_url: HttpRoot = Field(
        "https://login.xero.com",
        alias="XERO_LOGIN_URL",
        description=A_URL + "https://login.xero.com",
    )
    zoho_api_url: HttpRoot | None = Field(
        None, alias="ZOHO_API_URL", description="Leave it unset: each data centre has its own"
    )
    zoho_accounts_url: HttpRoot | None = Field(
        None, alias="ZOHO_ACCOUNTS_URL", description="Leave it unset: each data centre has its own"
    )
    zoho_calls_per_minute: int = Field(
        100, ge=1, alias="ZOHO_CALLS_PER_MINUTE", description="Zoho allows 100: leave it unset"
    )
    xero_client_id: str | None = Field(
        None, alias="XERO_CLIENT_ID", description="Copy it from your app at developer.xero.com"
    )
    xero_client_secret: SecretStr | None = Field(
        None, alias="XERO_CLIENT_SECRET", description="Copy it from your app at developer.xero.com"
    )
    xero_webhook_key: SecretStr | None = Field(
        None, alias="XERO_WEBHOOK_KEY", description="Copy it from your app at developer.xero.com"
    )
    xero_calls_per_minute: int = Field(
        60, ge=1, alias="XERO_CALLS_PER_MINUTE", description="Xero allows 60: leave it unset"
    )
    xero_minute: float = Field(
        60, gt=0, alias="XERO_MINUTE", description="Xero's lasts 60 seconds: leave it unset"
    )
    xero_repeat_window: int = Field(
        240, ge=0, alias="XERO_REPEAT_WINDOW", description="Give seconds; leave it unset: 240"
    )
    xero_late_limit: int = Field(
        90, ge=1, alias="XERO_LATE_LIMIT", description="Give seconds; leave it unset: 90"
    )
    xero_quiet_time: int = Field(
        180, ge=1, alias="XERO_QUIET_TIME", description="Give seconds; leave it unset: 180"
    )
    host: str = Field("127.0.0.1", alias="BRIDGE_HOST", description="Give an address, 0.0.0.0")
    port: Port = Field(8080, alias="BRIDGE_PORT", description=A_PORT)
    trusted_proxies: str = Field(
        "",
        alias="BRIDGE_TRUSTED_PROXIES",
        description="Give addresses or networks, separated by commas: 10.0.0.0/8",
    )
    metrics_port: Port | None = Field(None, alias="BRIDGE_METRICS_PORT", description=A_PORT)
    data_dir: Path = Field(
        Path(".bridge"), alias="BRIDGE_DATA_DIR", description="Give a folder that can be written"
    )
    log_format: Literal["json", "console"] = Field(
        "json", alias="BRIDGE_LOG_FORMAT", description="Write json or console"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", alias="BRIDGE_LOG_LEVEL", description="Write debug, info, warning or error"
    )

    @field_validator("xero_late_limit")
    @classmethod
    def _fits_the_key(cls, late: int, info: ValidationInfo) -> int:
        # Xero keeps an idempotency key for six minutes: a repeat must take effect within them.
        if info.data.get("xero_repeat_window", 0) + late > KEY_LIFE:
            raise ValueError(
                f"XERO_REPEAT_WINDOW and XERO_LATE_LIMIT together exceed {KEY_LIFE} seconds"
            )
        return late

    @field_validator("xero_quiet_time")
    @classmethod
    def _outlasts_the_late(cls, quiet: int, info: ValidationInfo) -> int:
        if quiet < info.data.get("xero_late_limit", 0):
            raise ValueError(
                "is shorter than XERO_LATE_LIMIT, so a look-up could miss what is on its way"
            )
        return quiet


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings out of an environment; an empty value counts as unset.

    `BRIDGE_PUBLIC_URL` defaults to this machine's own address. Raises SettingsError with every
    problem; no problem repeats a value, which may be a secret.
    """
    given = {name: value.strip() for name, value in environ.items() if value.strip()}
    derived = {"BRIDGE_PUBLIC_URL": f"http://127.0.0.1:{given.get('BRIDGE_PORT', 8080)}"}
    try:
        return Settings.model_validate(derived | given)
    except ValidationError as error:
        # What is wrong with a derived value is told where it comes from.
        own = [
            item for item in error.errors() if item["loc"][0] not in derived.keys() - given.keys()
        ]
        raise SettingsError([_problem(item) for item in own]) from None


def given(settings: Settings) -> dict[str, object]:
    """Give what was set, by its name, as a log may tell it: no password, no secret."""
    return {
        field.alias or name: _shown(getattr(settings, name))
        for name, field in Settings.model_fields.items()
        if name in settings.model_fields_set
    }


def _shown(value: object) -> object:
    return value if isinstance(value, int | float) else str(value).rpartition("@")[2].split("?")[0]


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Name what looks like a setting of ours and is none: it was meant to change something."""
    known = {field.alias for field in Settings.model_fields.values()} | OTHERS
    return sorted(name for name in environ if name.startswith("BRIDGE_") and name not in known)


def _problem(error: Any) -> Problem:
    # A given value is placed by its alias, a default by its field's name.
    place = error["loc"][0]
    fields = Settings.model_fields
    field = fields.get(place) or next(each for each in fields.values() if each.alias == place)
    what = str(error["msg"]).removeprefix("Value error, ")
    return Problem(field.alias or place, what[0].lower() + what[1:], field.description or "")
