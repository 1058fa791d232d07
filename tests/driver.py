"""What a test does with an AppTest beyond what AppTest offers."""

import time

from streamlit.testing.v1 import AppTest

from components.app import runtime
from components.embedding_map.envelope import Envelope, unpack


def open_page(app: AppTest, name: str) -> AppTest:
    """Go to a page by its short name."""
    if not app.session_state.to_dict():
        app.run()
    return app.switch_page(f"../../pages/{name}.py").run()


def settle(app: AppTest, seconds: float = 60) -> AppTest:
    """Run the page again after each job, as its panel does in a browser, until none is left."""
    queue = runtime.engine().queue
    assert queue is not None
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        jobs = queue.of(app.session_state["vectorscope"].visitor)
        if jobs:
            jobs[0].wait(until - time.monotonic())
        elif not any(str(button.key).startswith("cancel-") for button in app.button):
            return app  # Else a job ended after its panel had been drawn.
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
