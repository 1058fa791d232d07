"""Lines end at line feeds and carriage returns, and at nothing else."""

import pytest

from embedding_core.base.lines import split_lines


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\r"])
def test_the_three_ends_of_a_line(mark: str) -> None:
    assert split_lines(f"one{mark}two{mark}{mark}three{mark}") == ["one", "two", "", "three"]
    assert split_lines(f"one{mark}two") == ["one", "two"]


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_what_ends_no_line(mark: str) -> None:
    assert split_lines(f"one{mark}two\nthree") == [f"one{mark}two", "three"]


def test_nothing_has_no_lines() -> None:
    assert split_lines("") == []
