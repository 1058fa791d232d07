"""The server round the pages, in the process: what it answers and with which headers."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from components.app import server
from components.app.visitor import COOKIE, is_visitor


@pytest.fixture
def client() -> Iterator[TestClient]:
    pages = [
        Route("/page", lambda _: HTMLResponse("<p>page</p>")),
        Route("/script", lambda _: PlainTextResponse("text")),
    ]
    app = Starlette(routes=[*server.ROUTES, *pages], middleware=server.MIDDLEWARE)
    with TestClient(app) as client:
        yield client


def test_health_answers(client: TestClient) -> None:
    answer = client.get("/api/health")
    assert answer.json() == {"status": "ok"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("query", ["", "?data=abc&q=a%20%26%20b&where=%2F%2Felsewhere.example"])
def test_the_old_address_of_inspect_leads_to_the_new_one(client: TestClient, query: str) -> None:
    answer = client.get(f"/inside{query}", follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"] == f"/inspect{query}"


def test_a_page_gives_a_new_browser_its_cookie_once(client: TestClient) -> None:
    cookie = client.get("/page").headers["set-cookie"]
    name, value = cookie.split(";")[0].split("=")
    assert name == COOKIE
    assert is_visitor(value)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "set-cookie" not in client.get("/page").headers


def test_two_browsers_get_different_cookies(client: TestClient) -> None:
    first = client.get("/page").headers["set-cookie"]
    client.cookies.clear()
    assert client.get("/page").headers["set-cookie"] != first


def test_only_pages_give_cookies(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/script").headers
    assert "set-cookie" not in client.get("/api/health").headers


@pytest.mark.parametrize("forged", ["short", "x" * 33, "../../../../etc/passwd----------", ""])
def test_a_forged_cookie_is_replaced(client: TestClient, forged: str) -> None:
    answer = client.get("/page", headers={"cookie": f"{COOKIE}={forged}"})
    assert "set-cookie" in answer.headers
    assert not is_visitor(forged)


def test_the_cookie_is_secure_behind_tls(client: TestClient) -> None:
    client.base_url = "https://testserver"  # type: ignore[assignment]
    assert "Secure" in client.get("/page").headers["set-cookie"]


@pytest.mark.parametrize("path", ["/page", "/script", "/api/health", "/nothing"])
def test_every_answer_has_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert server.HEADERS.items() <= dict(headers).items()
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
