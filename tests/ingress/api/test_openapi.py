"""The API's own description is held against it: generated requests, good and bad (schemathesis)."""

import asyncio
import sys
from pathlib import Path

import pytest

from bridge.postgres import Pool
from tests.ingress.browsing import Desk, seated
from tests.ingress.conftest import TOKEN

# Half of the requests are about a connection that is there, half about any name.
CONFIG = """
[parameters]
name = "acme"

[[operations]]
include-operation-id = "delete"
enabled = false
"""
UNLIMITED = {"minute": None, "day": None, "concurrent": None, "app_minute": None}
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    "response_schema_conformance",
)
EXAMPLES = 5  # for each operation


@pytest.mark.parametrize("named", [True, False], ids=["acme", "any_name"])
async def test_every_operation_answers_as_it_is_described(
    pool: Pool, sandbox: str, tmp_path: Path, *, named: bool
) -> None:
    async with seated(pool, sandbox, XERO_CALLS_PER_MINUTE="60000") as desk:
        await desk.control("xero/settings", {"limits": UNLIMITED})
        await desk.apply()
        assert await desk.connect() == "done"
        code, said = await schemathesis(desk, tmp_path, CONFIG if named else "")

    assert code == 0, said[-6000:]


async def schemathesis(desk: Desk, folder: Path, config: str) -> tuple[int, str]:
    """Run it beside the bridge; gives its exit code and what it said."""
    file = folder / "schemathesis.toml"
    file.write_text(config, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        *("--config-file", str(file), "run", f"{desk.url}/api/openapi.json"),
        *("--header", f"Authorization: Bearer {TOKEN}"),
        *("--checks", ",".join(CHECKS), "--phases", "fuzzing"),
        *("--max-examples", str(EXAMPLES), "--seed", "20260601", "--no-color"),
        *("--generation-database", "none", "--suppress-health-check", "all"),
        *("--request-timeout", "60"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode(errors="replace")
