"""Zoho's accounts server: consent, tokens, revocation. Failures come with HTTP 200 and `error`."""

from collections.abc import Callable
from secrets import token_hex
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.zoho.encoding import Record
from sandbox.zoho.grants import ACCESS_LIFE, CODE_LIFE, Client, Code, Grant, Grants

Params = dict[str, str]
# Zoho's words where ten tokens in ten minutes are passed (Zoho: OAuth): no 429.
THROTTLED = {
    "error": "Access Denied",
    "error_description": "You have made too many requests continuously. "
    "Please try again after some time.",
    "status": "failure",
}


class Failed(Exception):  # an answer, not an error of ours
    """An answer with `error`, HTTP 200."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.body: Record = {"error": error}


def routes(grants: Callable[[], Grants]) -> list[BaseRoute]:
    """Return the routes of the accounts server; `grants` gives the grants of the moment."""

    async def token(request: Request) -> Response:
        params = await _params(request)
        try:
            return JSONResponse(_tokens(grants(), params, _root(request)))
        except Failed as failed:
            return JSONResponse(failed.body)

    async def authorise(request: Request) -> Response:
        try:
            return RedirectResponse(_consent(grants(), dict(request.query_params), _root(request)))
        except Failed as failed:
            return JSONResponse(failed.body, 400)

    async def revoke(request: Request) -> Response:
        params = await _params(request)
        if params.get("token") not in grants().refresh:
            return JSONResponse({"error": "invalid_code"}, 400)
        grants().revoke(params["token"])
        return JSONResponse({"status": "success"})

    return [
        Route("/oauth/v2/auth", authorise, methods=["GET"]),
        Route("/oauth/v2/token", token, methods=["POST"]),
        Route("/oauth/v2/token/revoke", revoke, methods=["POST"]),
    ]


async def _params(request: Request) -> Params:
    """Return the parameters, which Zoho takes from the address and from a form alike."""
    form = parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return dict(request.query_params) | dict(form)


def _root(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _client(grants: Grants, params: Params) -> Client:
    client = grants.clients.get(params.get("client_id", ""))
    if client is None:
        raise Failed("invalid_client")
    return client


def _tokens(grants: Grants, params: Params, root: str) -> Record:
    client = _client(grants, params)
    if client.secret != params.get("client_secret"):
        raise Failed("invalid_client_secret")
    match params.get("grant_type"):
        case "refresh_token":
            return _refreshed(grants, client, params, root)
        case "authorization_code":
            return _exchanged(grants, client, params, root)
        case _:
            raise Failed("unsupported_grant_type")


def _refreshed(grants: Grants, client: Client, params: Params, root: str) -> Record:
    grant = grants.refresh.get(params.get("refresh_token", ""))
    if grant is None or grant.client_id != client.client_id:
        raise Failed("invalid_code")
    return _issued(grants, grant, root)


def _exchanged(grants: Grants, client: Client, params: Params, root: str) -> Record:
    code = grants.codes.pop(params.get("code", ""), None)
    if code is None or code.grant.client_id != client.client_id or grants.clock.now() >= code.until:
        raise Failed("invalid_code")
    if code.redirect_uri != params.get("redirect_uri"):
        raise Failed("invalid_redirect_uri")
    answer = _issued(grants, code.grant, root)
    if code.offline:
        answer["refresh_token"] = grants.add_refresh(code.grant)
    return answer


def _issued(grants: Grants, grant: Grant, root: str) -> Record:
    if grants.throttled(grant):
        return dict(THROTTLED)
    return {
        "access_token": grants.access_token(grant),
        "scope": " ".join(grant.scopes),
        "api_domain": root,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIFE.total_seconds()),
    }


def _consent(grants: Grants, params: Params, root: str) -> str:
    """Return where to send the browser: the person agrees at once."""
    client = _client(grants, params)
    target = params.get("redirect_uri", "")
    if urlsplit(target).scheme not in {"http", "https"}:
        raise Failed("invalid_redirect_uri")
    if params.get("response_type") != "code":
        raise Failed("invalid_response_type")
    scopes = tuple(scope for scope in params.get("scope", "").split(",") if scope)
    if not scopes:
        raise Failed("invalid_scope")
    offline = params.get("access_type") == "offline"
    grant = Grant(client.client_id, scopes)
    code = f"1000.{token_hex(16)}.{token_hex(16)}"
    grants.codes[code] = Code(grant, target, offline, grants.clock.now() + CODE_LIFE)
    state = {"state": params["state"]} if "state" in params else {}
    back = {"code": code, "location": "ca", "accounts-server": root, **state}
    return f"{target}{'&' if urlsplit(target).query else '?'}{urlencode(back)}"
