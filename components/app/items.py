"""Routes that serve the items of a data set, one at a time: what is known of a row, and its picture made small.

A visitor gets those of the data sets that are open in a session of theirs, and for any other the same answer as for one
that is not there. What a row of a data set is never changes, so a browser asks once.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from components.app import runtime
from components.app.visitor import COOKIE
from embedding_core.base.errors import VectorscopeError
from embedding_core.base.types import Key
from embedding_core.data.dataset import Dataset

MOST_CHARS, MOST_COLUMNS = 2_000, 12
KEPT = {"cache-control": "private, max-age=31536000, immutable"}
_NOT_THERE = Response("Not found", status_code=404, headers={"cache-control": "no-store"})


def address(dataset: Key) -> str:
    """Return what the addresses of a data set's items begin with."""
    return f"/api/data/{dataset}"


def picture_address(dataset: Key, row: int) -> str:
    """Return the address of a row's picture."""
    return f"{address(dataset)}/pictures/{row}"


def _held(request: Request) -> tuple[Dataset, int] | None:
    """Return the data set and the row of a request, if this visitor may see them."""
    key, row = request.path_params["dataset"], request.path_params["row"]
    if not runtime.holds(request.cookies.get(COOKIE, ""), key):
        return None
    try:
        dataset = runtime.engine().dataset(key)
    except VectorscopeError:
        return None
    return (dataset, row) if row < len(dataset) else None


def item(request: Request) -> Response:
    """Serve what is known of a row; `?column=` names a column, of many or few, that is asked for."""
    found = _held(request)
    if found is None:
        return _NOT_THERE
    dataset, row = found
    wanted = [name for name in request.query_params.getlist("column") if name in dataset.columns]
    columns = dataset.columns[wanted] if wanted else dataset.columns
    known = columns.iloc[row].dropna().iloc[:MOST_COLUMNS]
    facts: dict[str, Any] = {
        "id": dataset.ids[row],
        "text": dataset.texts[row][:MOST_CHARS],
        "picture": bool(dataset.is_picture[row]),
        "columns": {str(name): str(value)[:MOST_CHARS] for name, value in known.items()},
    }
    return JSONResponse(facts, headers=KEPT)


def picture(request: Request) -> Response:
    """Serve a row's picture, small, as JPEG."""
    found = _held(request)
    if found is None:
        return _NOT_THERE
    dataset, row = found
    if not dataset.is_picture[row] or dataset.album is None:
        return _NOT_THERE
    content = dataset.pictures[row]
    headers = KEPT | {"etag": f'"{content[:32]}"'}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    try:
        small = runtime.engine().album(dataset.album).thumbnail(content)
    except VectorscopeError:
        return _NOT_THERE
    return Response(small, media_type="image/jpeg", headers=headers)


ROUTES = [
    Route("/api/data/{dataset}/items/{row:int}", item),
    Route("/api/data/{dataset}/pictures/{row:int}", picture),
]
