"""What comes with data is text in every place where Streamlit reads markdown, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import ROOT, Server, wait_ready
from tests.components.app.test_untrusted import ATTACKS, JOINER

SCRIPT = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import streamlit as st
from components.app.untrusted import md_label
from tests.components.app.test_untrusted import ATTACKS
for place, text in enumerate(ATTACKS):
    safe = md_label(text)
    with st.container(key=f"attack-{{place}}"):
        st.markdown(safe)
        st.caption(f"**{{safe}}** · {{safe}}")
        st.error(safe)
        st.progress(0.5, text=safe)
        st.button(safe, key=f"button-{{place}}")
        st.checkbox(safe, key=f"check-{{place}}")
        st.expander(safe).text("inside")
        st.metric(safe, safe)
        st.badge(safe)
"""
MADE_OF_MARKDOWN = "a, img, script, code, em, del, h1, h2, h3, ul, ol, table, blockquote, hr, .katex"


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[Server]:
    """Return a server of a page of attacks."""
    script = tmp_path / "attacks.py"
    script.write_text(SCRIPT, encoding="utf-8")
    server = Server(tmp_path, script, cwd=ROOT)
    server.start()
    yield server
    server.stop()


def test_no_attack_becomes_more_than_text(untrusted: Server, page: Page, named_errors: list[str]) -> None:
    named_errors.append("")  # Each attack is also shown as an error.
    page.goto(untrusted.url)
    wait_ready(page)
    expect(page.locator(f".st-key-attack-{len(ATTACKS) - 1}")).to_be_visible()
    for place, attack in enumerate(ATTACKS):
        block = page.locator(f".st-key-attack-{place}")
        made = block.locator("[data-testid=stMarkdownContainer]").locator(MADE_OF_MARKDOWN)
        assert made.evaluate_all("found => found.map(each => each.outerHTML)") == [], attack
        shown = block.locator("[data-testid=stMarkdown]").first.inner_text()
        assert shown.replace(JOINER, "").strip() == " ".join(attack.split()), attack
