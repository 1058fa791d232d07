"""The server round the pages: routes, a cookie that knows a returning visitor, and security headers."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.app import items, runtime
from components.app.visitor import COOKIE, is_visitor

_COOKIE_SECONDS = 365 * 24 * 3600

# Streamlit's own page needs inline styles, blob scripts and eval; nothing is loaded from, or sent to, another host.
_POLICY = "; ".join(
    [
        "default-src 'self' data: blob:",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "connect-src 'self' ws: wss: data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class VisitorCookie:
    """Gives every browser that opens a page an unguessable name that scripts in the page cannot read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the cookie to a page for a browser without one."""
        if scope["type"] != "http" or is_visitor(HTTPConnection(scope).cookies.get(COOKIE)):
            await self.app(scope, receive, send)
            return
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        cookie = (
            f"{COOKIE}={secrets.token_urlsafe(24)}; HttpOnly; SameSite=Lax; Path=/; Max-Age={_COOKIE_SECONDS}{secure}"
        )

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


class SecurityHeaders:
    """Adds the headers that Streamlit leaves out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


async def health(_: Request) -> JSONResponse:
    """Say that the server answers."""
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


async def inside(request: Request) -> RedirectResponse:
    """Lead old links to the Inspect page, whose address was `/inside`."""
    base = request.scope.get("root_path", "")
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{base}/inspect{query}", status_code=308)


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """End the worker processes with the server."""
    try:
        yield
    finally:
        runtime.close()


ROUTES = [Route("/api/health", health), Route("/inside", inside), *items.ROUTES]
MIDDLEWARE = [Middleware(VisitorCookie), Middleware(SecurityHeaders)]
