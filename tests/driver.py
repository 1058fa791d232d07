"""What a test does with an AppTest beyond what AppTest offers."""

import time
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from components.app import runtime
from components.embedding_map.envelope import Envelope, unpack

PATIENCE_SECONDS = 150
"""A machine that is busy with other work takes several times as long; one that passes waits no longer for it."""


class PageTest(AppTest):
    """An app that keeps the error boxes and tracebacks it has drawn until the test names them.

    A stage that fails is drawn as an error box and raises nothing, so a test that looks at exceptions alone would pass.
    """

    def __init__(self, script_path: str | Path, *, default_timeout: float = PATIENCE_SECONDS, **options: Any) -> None:
        super().__init__(script_path, default_timeout=default_timeout, **options)
        self.unnamed: list[str] = []

    def _run(self, *args: Any, **options: Any) -> AppTest:
        super()._run(*args, **options)
        tracebacks = ["\n".join([box.message, *box.stack_trace]) for box in self.exception]
        self.unnamed += [plain(str(text)) for text in (*(box.value for box in self.error), *tracebacks)]
        return self


def plain(text: str) -> str:
    """Return a text without what keeps its characters from being read as markdown."""
    return text.replace("\\", "").replace("\u2060", "")


def check_errors(app: AppTest, errors: str = "") -> AppTest:
    """Fail if the app has drawn an error since the last check that does not contain `errors`, or none that does."""
    assert isinstance(app, PageTest)
    drawn, app.unnamed = app.unnamed, []
    unexpected = list(dict.fromkeys(text for text in drawn if not errors or errors not in text))
    assert not unexpected, "the page shows an error: " + "; ".join(unexpected)
    assert drawn or not errors, f"the page shows no error with {errors!r}"
    return app


def open_page(app: AppTest, name: str) -> AppTest:
    """Go to a page by its short name; `settle`, `check_errors` or the end of the test looks at its errors."""
    if not app.session_state.to_dict():
        app.run()
    return app.switch_page(f"../../pages/{name}.py").run()


def settle(app: AppTest, seconds: float = PATIENCE_SECONDS, errors: str = "") -> AppTest:
    """Run the page again after each job, as its panel does in a browser, until none is left.

    The page must then have shown no error, or with `errors` one or more that contain this text, and no other.
    """
    queue = runtime.engine().queue
    assert queue is not None
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        jobs = queue.of(app.session_state["vectorscope"].visitor)
        if jobs:
            jobs[0].wait(until - time.monotonic())
        elif not any(str(button.key).startswith("cancel-") for button in app.button):
            return check_errors(app, errors)  # Else a job ended after its panel had been drawn.
        app.run()
    raise AssertionError(f"still at work after {seconds} s")


def texts(app: AppTest) -> str:
    """Return all that is written on the page."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.markdown,
        app.caption,
        app.text,
        app.error,
        app.info,
        app.warning,
    )
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def sent(app: AppTest) -> dict[str, Envelope]:
    """Return the parts of the map that go to the browser, by name."""
    parts = (unpack(element.proto.bytes) for element in app.get("bidi_component") if element.proto.bytes)
    return {part.meta["part"]: part for part in parts}
