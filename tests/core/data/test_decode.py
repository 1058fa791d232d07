"""Encodings: marked, unmarked, guessed, decided."""

import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.tables.decode import decode

FRENCH = "texte,étiquette\nOù est passé le café ? Ça dépend des élèves.,où\nÀ bientôt chère amie,là\n"
TEXTS = {
    "cp1252": FRENCH,
    "cp1250": "text,label\nZażółć gęślą jaźń proszę państwa,źle\nPříliš žluťoučký kůň,ně\n",
    "cp1251": "текст,метка\nБыстрая коричневая лиса прыгает через собаку,да\n",
    "cp1253": "text,label\nΗ γρήγορη καφέ αλεπού πηδάει πάνω από το σκυλί,ναι\n",
    "cp932": "text,label\n今日はとても良い天気ですね。散歩に行きましょう,はい\n",
    "cp949": "text,label\n오늘 날씨가 정말 좋네요,네\n",
    "gb18030": "text,label\n今天天气很好，我们去公园散步吧。,是\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_found_with_and_without_its_mark(encoding: str) -> None:
    decoded = decode(FRENCH.encode(encoding), None, "x.csv")
    assert decoded.data.decode() == FRENCH
    assert decoded.notes == ()


@pytest.mark.parametrize("encoding", TEXTS)
def test_code_pages_are_guessed_and_said(encoding: str) -> None:
    decoded = decode(TEXTS[encoding].encode(encoding), None, "x.csv")
    assert decoded.data.decode() == TEXTS[encoding]
    assert "guessed" in decoded.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "Schöne Grüße aus München, die Straße ist naß.",
        "¿Dónde está el niño? Mañana será otro día.",
        "Não há informações sobre a questão da ação.",
        "Perché è così difficile? Città più lontana",
        "Åsa åt räksmörgås på ön.",
        "The café was nice",
    ],
)
def test_latin_1_of_western_languages(text: str) -> None:
    decoded = decode(f"text\n{text}\n".encode("latin-1"), None, "x.csv")
    assert decoded.data.decode() == f"text\n{text}\n"


def test_accents_far_down_are_seen() -> None:
    data = b"plain ascii line\n" * 100_000 + "café crème brûlée à côté\n".encode("latin-1")
    assert decode(data, None, "x.csv").data.decode().endswith("café crème brûlée à côté\n")


def test_a_damaged_byte_does_not_make_utf8_something_else() -> None:
    decoded = decode(("é" * 500).encode() + b"\xff", None, "x.csv")
    assert decoded.encoding == "utf-8"
    assert decoded.data.decode() == "é" * 500 + "\ufffd"
    assert "replaced" in decoded.warnings[0]


def test_a_decided_encoding_is_used_or_refused_with_the_line() -> None:
    assert decode("é".encode("cp437"), "cp437", "x.csv").data.decode() == "é"
    assert decode(FRENCH.encode("utf-16"), "utf-16", "x.csv").data.decode() == FRENCH
    with pytest.raises(InputError, match=r"x.csv cannot be decoded as utf-8: byte 5 \(line 2\)"):
        decode("a\ncafé\n".encode("latin-1"), "utf-8", "x.csv")
