"""What comes with data stays text."""

import re

import pytest

from components.app.untrusted import md_label, shorten

JOINER = "\u2060"
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![pixel](https://evil.example/p.png)",
    "[click](javascript:alert(1))",
    "https://evil.example/a",
    "www.evil.example",
    "someone@evil.example",
    "<https://evil.example>",
    ":material/skull:",
    ":red[text] :small[x] :rainbow-background[y]",
    "$x^2$ $$y$$",
    "`code` ```fence```",
    "# heading",
    "- item\n- item",
    "1. item",
    "> quote",
    "| a | b |\n|---|---|",
    "**bold** _it_ ~~gone~~",
    "a -> b <- c -- d",
    "&lt;b&gt; &amp;",
    "\\[x](http://e.example)",
]


def unescaped(markdown: str) -> str:
    """Return what a reader of the markdown sees."""
    return re.sub(r"\\(.)", r"\1", markdown).replace(JOINER, "")


@pytest.mark.parametrize("text", ATTACKS)
def test_no_character_with_a_meaning_stands_bare(text: str) -> None:
    marked = md_label(text)
    bare = re.sub(r"\\.", "", marked)
    assert not re.search(r"[`*_{}\[\]()<>#+\-.!|~$:@&=^\"'\\]", bare)
    assert "\n" not in marked


@pytest.mark.parametrize("text", ATTACKS)
def test_a_reader_sees_the_text_itself(text: str) -> None:
    assert unescaped(md_label(text)) == " ".join(text.split())


@pytest.mark.parametrize("text", ["http://e.example", "www.e.example", ":material/x:", "a@b.example"])
def test_addresses_and_icons_are_broken_apart(text: str) -> None:
    assert JOINER in md_label(text)


def test_plain_words_stay_as_they_are() -> None:
    assert md_label("Crème brûlée 42 日本語 🙂") == "Crème brûlée 42 日本語 🙂"


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    short = shorten("a_very_long_name_of_some_export_from_last_year_version_final_2.csv", 30)
    assert len(short) == 30
    assert short.startswith("a_very_long")
    assert short.endswith("nal_2.csv")


def test_a_short_name_stays_whole() -> None:
    assert shorten("a.csv", 5) == "a.csv"
