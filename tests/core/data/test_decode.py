"""Encodings: marked, unmarked, guessed, decided."""

from pathlib import Path

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
    "big5": "文字,標籤\n貓在墊子上睡覺。,動物\n狗在晚上叫。,動物\n",
    "euc_jp": "テキスト,ラベル\n猫が布団の上で寝ています。,動物\n",
    "koi8_r": "текст,метка\nБыстрая коричневая лиса прыгает через собаку,да\n",
    "cp866": "текст,метка\nБыстрая коричневая лиса прыгает через собаку,да\n",
    "mac_roman": FRENCH,
    "cp1254": "metin\nBugün hava çok güzel, değil mi? Işıklar söndü ve şehir sessiz.\n",
    "cp1255": "text\nשלום עולם, מה שלומך היום?\n",
    "cp1256": "text\nمرحبا بالعالم كيف حالك اليوم\n",
    "cp874": "text\nวันนี้อากาศดีมาก\n",
}
SHORT = {
    "cp932": ("猫は床で寝ている 0", "カタカナ テスト ラベル", "配達がとても遅かったです"),
    "euc_jp": ("猫は床で寝ている 0", "カタカナ テスト ラベル", "配達がとても遅かったです"),
    "gb18030": ("我一点也不喜欢这本书", "送货太慢了，很失望"),
    "big5": ("我一點也不喜歡這本書", "送貨太慢了，很失望"),
    "cp949": ("배송이 너무 느렸습니다", "이 책은 전혀 마음에 들지 않았어요"),
    "cp1251": ("Доставка была слишком медленной", "Книгата изобщо не ми хареса"),
    "mac_roman": ("La livraison était très lente, désolé", "A entrega foi muito lenta, não recomendo"),
}
"""A line of text that is all there is to guess by."""


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


@pytest.mark.parametrize(("encoding", "text"), [(code, text) for code, texts in SHORT.items() for text in texts])
def test_a_line_is_enough(encoding: str, text: str) -> None:
    content = f"text,label\n{text},a\n"
    assert decode(content.encode(encoding), None, "x.csv").data.decode() == content


def test_mail_in_japanese_is_ascii_by_its_bytes() -> None:
    content = "text,label\n今日はとても良い天気ですね,はい\n"
    assert decode(content.encode("iso2022_jp"), None, "x.csv").data.decode() == content


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("iso8859_2", "Doručení bylo příliš pomalé"), ("cp850", "Das hat mir überhaupt nicht gefallen")],
)
def test_a_guess_that_is_not_sure_is_a_warning_with_the_other(encoding: str, text: str) -> None:
    decoded = decode(f"text\n{text}\n".encode(encoding), None, "x.csv")
    assert decoded.notes == ()
    assert decoded.warnings[0].startswith(f"The encoding is in doubt: read as {decoded.encoding}; it may be ")


@pytest.mark.parametrize(
    "text",
    [
        "Price £5 – “quoted” text’s and so on…",
        "Schöne Grüße aus München, die Straße ist naß.",
        "¿Dónde está el niño? Mañana será otro día.",
        "Não há informações sobre a questão da ação.",
        "Perché è così difficile? Città più lontana",
        "Åsa åt räksmörgås på ön.",
        "The café was nice",
    ],
)
def test_western_languages_on_windows(text: str) -> None:
    decoded = decode(f"text\n{text}\n".encode("cp1252"), None, "x.csv")
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


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "text"),
    [("big5", "貓在墊子上睡覺。"), ("eucjp", "猫が布団の上で寝ています。"), ("sjis", "猫は床で寝ている 0")],
)
def test_files_that_were_misread(shared_data: Path, name: str, text: str) -> None:
    path = shared_data.parent / "cases" / "encodings_misread" / f"{name}.csv"
    assert text in decode(path.read_bytes(), None, path.name).data.decode()
