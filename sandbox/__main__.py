"""Serves the stand-ins for Xero and Zoho: `python -m sandbox --port 9900`."""

import argparse
import asyncio
from contextlib import suppress

from sandbox.app import build_app
from sandbox.server import serve
from sandbox.xero.state import CUSTOM_APP, TENANT, WEB_APP
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, ORGANISATION, REFRESH_TOKEN

SETTINGS = """\
The stand-ins for Xero and Zoho are at {url}. Ctrl-C ends them.

Settings of the bridge:
  XERO_API_URL={url}
  XERO_IDENTITY_URL={url}
  XERO_LOGIN_URL={url}
  ZOHO_API_URL={url}
  ZOHO_ACCOUNTS_URL={url}
  XERO_CLIENT_ID={web.client_id}
  XERO_CLIENT_SECRET={web.secret}

For a connection file:
  [zoho]  organization_id = "{organisation}"  data_centre = "ca"
          client_id = "{client_id}"  client_secret = "{client_secret}"
          refresh_token = "{refresh_token}"
  [xero]  grant = "client_credentials"  tenant_id = "{tenant}"
          client_id = "{custom.client_id}"  client_secret = "{custom.secret}"

What they hold: {url}/_sandbox/xero/ledger
                {url}/_sandbox/zoho/ledger?organization_id={organisation}
"""


def told(url: str) -> str:
    """Return what to say once the stand-ins listen at `url`."""
    return SETTINGS.format(
        url=url,
        web=WEB_APP,
        custom=CUSTOM_APP,
        tenant=TENANT,
        organisation=ORGANISATION,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        refresh_token=REFRESH_TOKEN,
    )


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9900, help="0 takes any free one")
    asked = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(build_app(), asked.host, asked.port, _say))


def _say(url: str) -> None:
    print(told(url), flush=True)  # noqa: T201  # the command's output


if __name__ == "__main__":
    main()
