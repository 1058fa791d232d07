"""The map's JavaScript tests in a browser, for machines without node."""

import json
import mimetypes
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

ROOT = Path(__file__).parents[2]
SITE = "http://tests.invalid"
FILES = sorted(path.name for path in (ROOT / "tests" / "js").glob("*.test.js"))
# As much of node's own modules as the tests use.
TEST = """
globalThis.ran = [];
export async function test(name, work) {
  const entry = { name, problem: "is not done" };
  globalThis.ran.push(entry);
  try {
    await work();
    entry.problem = "";
  } catch (error) {
    entry.problem = String(error?.message ?? error);
  }
}
"""
ASSERT = """
const plain = (value) => JSON.stringify(value, (_, each) => {
  if (ArrayBuffer.isView(each)) return [each.constructor.name, ...Array.from(each, plain)];
  if (each instanceof Map || each instanceof Set) return [each.constructor.name, ...each];
  if (typeof each === "number" && !Number.isFinite(each)) return String(each);
  return each;
});
const held = (holds, message, otherwise) => {
  if (!holds) throw new Error(message ?? otherwise);
};
const thrown = (work, like) => {
  try {
    work();
  } catch (error) {
    return held(!(like instanceof RegExp) || like.test(String(error)), null, `${error} is not like ${like}`);
  }
  throw new Error("nothing was thrown");
};
export default Object.assign((holds, message) => held(holds, message, "does not hold"), {
  ok: (holds, message) => held(holds, message, "does not hold"),
  equal: (a, b, message) => held(Object.is(a, b), message, `${a} is not ${b}`),
  notEqual: (a, b, message) => held(!Object.is(a, b), message, `${a} is ${b}`),
  deepEqual: (a, b, message) => held(plain(a) === plain(b), message, `${plain(a)} is not ${plain(b)}`),
  throws: thrown,
});
"""
PAGE = """<!doctype html><script type="importmap">{"imports": {"node:test": "/node/test.js",
"node:assert/strict": "/node/assert.js"}}</script><title>tests</title>"""


def serve(route: Route) -> None:
    """Answer with a file of the repository, or with what stands for one of node's."""
    path = route.request.url.removeprefix(SITE)
    made = {"/": PAGE, "/node/test.js": TEST, "/node/assert.js": ASSERT, "/favicon.ico": ""}
    kind = "text/html" if path == "/" else mimetypes.guess_type(path)[0] or "text/javascript"
    body = made[path] if path in made else (ROOT / path.lstrip("/")).read_text(encoding="utf-8")
    route.fulfill(body=body, content_type=kind)


@pytest.mark.parametrize("file", FILES)
def test_the_javascript_tests_pass_in_a_browser(visitor: Callable[..., Page], file: str) -> None:
    page = visitor()
    page.route(f"{SITE}/**", serve)
    page.goto(f"{SITE}/")
    page.evaluate(f"import({json.dumps(f'/tests/js/{file}')})")
    page.wait_for_function("globalThis.ran?.length && globalThis.ran.every((each) => each.problem !== 'is not done')")
    ran = page.evaluate("globalThis.ran")
    assert [each for each in ran if each["problem"]] == []
