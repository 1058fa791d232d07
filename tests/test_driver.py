"""The driver of page tests: an error box fails a test that does not name it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.driver import PageTest, check_errors


@pytest.fixture
def failing(tmp_path: Path) -> AppTest:
    """Return an app that shows an error in its first run only."""
    script = tmp_path / "page.py"
    script.write_text(
        "import streamlit as st\n"
        "if 'shown' not in st.session_state:\n"
        "    st.error('The file can\\u2060not\\\\. be read.')\n"
        "st.session_state['shown'] = True\n"
    )
    return PageTest(script).run()


def test_an_error_that_is_not_named_fails(failing: AppTest) -> None:
    failing.run()
    with pytest.raises(AssertionError, match=r"the page shows an error: The file cannot\. be read"):
        check_errors(failing)
    check_errors(failing)


def test_an_error_that_is_named_passes(failing: AppTest) -> None:
    check_errors(failing, "cannot. be read")


def test_another_error_than_the_named_one_fails(failing: AppTest) -> None:
    with pytest.raises(AssertionError, match="the page shows an error"):
        check_errors(failing, "no such file")


def test_a_named_error_that_does_not_appear_fails(failing: AppTest) -> None:
    check_errors(failing, "be read")
    with pytest.raises(AssertionError, match="no error with 'be read'"):
        check_errors(failing, "be read")


def test_a_traceback_fails(tmp_path: Path) -> None:
    script = tmp_path / "page.py"
    script.write_text("1 / 0\n")
    with pytest.raises(AssertionError, match="the page shows an error"):
        check_errors(PageTest(script).run())
