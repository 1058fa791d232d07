"""Made-up delimited files of known reading: delimiters, quotes and headers, crossed with what surrounds them."""

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

Rows = list[list[str]]

DELIMITERS = (",", ";", "\t", "|")
QUOTING = ("bare", "minimal", "all", "doubled", "backslash", "newlines")
ABOVE = ("nothing", "nothing", "nothing", "title", "title and blank line", "padded title", "comments", "sep")
DECOYS = ("", "", "; ", ";", "|", "\t", ", ", ",", "&amp;", ": ")
SIZES = (1, 2, 3, 4, 6, 10, 25, 60, 300)
DRAWS = 3

WORDS = (
    "the cat sleeps on a mat and dogs bark at night while bread is baked in an oven soup needs salt trains leave "
    "before nine people walk home under old trees rain falls over green hills children sing quiet songs we read"
).split()
TOPICS = ("pets", "food", "travel", "music", "weather")
CITIES = ("Berlin", "Paris", "Rome", "Oslo", "Lisbon", "New York", "Warsaw", "Vienna")


@dataclass(frozen=True)
class Made:
    """A file and its right reading."""

    name: str
    """What it is made of, as one line."""
    file: str
    """The name of the file."""
    data: bytes
    delimiter: str | None
    header: list[str] | None
    """The names as written; None where the first row is data."""
    rows: Rows
    above: int = 0
    """Lines above the table."""

    @property
    def read(self) -> Rows:
        """The cells that are to come out, the names first where there are names."""
        return self.rows if self.header is None else [self.header, *self.rows]


def _sentence(draw: random.Random, low: int = 3, high: int = 12) -> str:
    return " ".join(draw.choices(WORDS, k=draw.randint(low, high))).capitalize()


def _number(draw: random.Random) -> str:
    return f"{draw.uniform(-3, 3):.4f}"


def _texts(draw: random.Random, count: int) -> Rows:
    """Return rows of a text, a topic and a count."""
    return [[_sentence(draw), draw.choice(TOPICS), str(draw.randint(0, 99))] for _ in range(count)]


def _named(*names: str) -> Callable[[random.Random, int], tuple[list[str], Rows]]:
    return lambda draw, count: (list(names), _texts(draw, count))


def _survey(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    names = ["What do you think of the product?", "Where do you live?", "How old are you?"]
    return names, [[_sentence(draw), draw.choice(CITIES), str(draw.randint(18, 80))] for _ in range(count)]


def _sentences(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    names = ["Please describe in your own words what happened on that day.", "Please name your topic.", "Your age."]
    return names, _texts(draw, count)


def _abbreviated(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    rows = [[str(i + 1), _sentence(draw), str(draw.randint(1, 9))] for i in range(count)]
    return ["Nr.", "Bezeichnung", "Anz."], rows


def _words_only(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    names = ["Vorname", "Stadt", "Meinung"]
    people = ("Anna", "Ben", "Chloé", "Dörte", "Emil", "Frieda")
    return names, [[draw.choice(people), draw.choice(CITIES), _sentence(draw)] for _ in range(count)]


def _matrix(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    """Return what pandas writes of `DataFrame(matrix)` without its index."""
    return [str(i) for i in range(12)], [[_number(draw) for _ in range(12)] for _ in range(count)]


def _matrix_with_index(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    names, rows = _matrix(draw, count)
    return ["", *names], [[str(i), *row] for i, row in enumerate(rows)]


def _matrix_of_words(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    names, rows = _matrix(draw, count)
    return ["word", *names], [[f"{draw.choice(WORDS)}{i}", *row] for i, row in enumerate(rows)]


def _text_and_matrix(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    names, rows = _matrix(draw, count)
    return ["text", "label", *names], [[_sentence(draw), draw.choice(TOPICS), *row] for row in rows]


def _years(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    rows = [[draw.choice(CITIES), *(str(draw.randint(0, 99)) for _ in range(4))] for _ in range(count)]
    return ["city", "2019", "2020", "2021", "2022"], rows


def _dates(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    rows = [[*row, str(draw.randint(0, 9))] for row in _texts(draw, count)]
    return ["text", "label", "2021-01-01", "2021-02-01"], rows


def _missing_word(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    return ["text", "NA"], [row[:2] for row in _texts(draw, count)]


def _one_number(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    return ["text", "1"], [row[:2] for row in _texts(draw, count)]


def _repeated(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    """Return a header of which one name is a value below it."""
    rows = [[row[1], row[0]] for row in _texts(draw, count)]
    if count > 2:
        rows[count // 2][0] = "label"
    return ["label", "note"], rows


def _row_names(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    """Return what R writes: row names in a column without a name (the cell before the header is missing)."""
    return ["text", "topic", "n"], [[str(i + 1), *row] for i, row in enumerate(_texts(draw, count))]


def _without(draw: random.Random, count: int) -> tuple[list[str] | None, Rows]:
    return None, _texts(draw, count)


def _numbers_without(draw: random.Random, count: int) -> tuple[list[str] | None, Rows]:
    return None, [[_number(draw) for _ in range(6)] for _ in range(count)]


def _one_column(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    return ["text"], [[_sentence(draw)] for _ in range(count)]


def _one_question(draw: random.Random, count: int) -> tuple[list[str], Rows]:
    return ["What did you like best about it?"], [[_sentence(draw)] for _ in range(count)]


def _one_without(draw: random.Random, count: int) -> tuple[list[str] | None, Rows]:
    return None, [[_sentence(draw, 5, 14)] for _ in range(count)]


HEADERS: dict[str, Callable[[random.Random, int], tuple[list[str] | None, Rows]]] = {
    "usual names": _named("text", "label", "n"),
    "other names": _named("Utterance", "Subject area", "Points"),
    "words only": _words_only,
    "questions": _survey,
    "sentences": _sentences,
    "abbreviations": _abbreviated,
    "matrix": _matrix,
    "matrix with index": _matrix_with_index,
    "matrix of words": _matrix_of_words,
    "text and matrix": _text_and_matrix,
    "years": _years,
    "dates": _dates,
    "NA": _missing_word,
    "one number": _one_number,
    "repeated": _repeated,
    "row names": _row_names,
    "none": _without,
    "numbers, none": _numbers_without,
    "one column": _one_column,
    "one question": _one_question,
    "one column, none": _one_without,
}


def dialects(seed: int = 0, draws: int = DRAWS) -> Iterator[Made]:
    """Yield every delimiter with every quoting and every header, so many times each, the rest drawn."""
    draw = random.Random(seed)
    for delimiter, quoting, header, _ in product(DELIMITERS, QUOTING, HEADERS, range(draws)):
        yield _make(draw, delimiter, quoting, header)


def _make(draw: random.Random, delimiter: str, quoting: str, kind: str) -> Made:
    names, rows = HEADERS[kind](draw, draw.choice(SIZES if "none" not in kind else SIZES[3:]))
    decoy = draw.choice(DECOYS)
    above = draw.choice(ABOVE)
    if len(rows[0]) == 1:  # a title above a list of lines, or a delimiter, cannot be told from an item
        above = "nothing"
    decorated = _decorate(draw, rows, decoy, quoting, delimiter)
    cells = rows if not decorated else decorated
    written = cells if names is None else [names, *cells]
    text = _write(written, delimiter, quoting)
    ragged = draw.random() < 0.15 and quoting == "bare" and len(rows) >= 10 and len(rows[0]) > 2 and kind != "row names"
    if ragged:
        text, cells = _shorten(text, cells, delimiter)
    lines_above = _lines_above(above, delimiter, len(written[-1]))
    end = draw.choice(("\n", "\n", "\r\n")) if quoting != "newlines" else "\n"
    last = draw.choice(("", "\n", "\n", "\n\n"))
    body = "".join(f"{line}\n" for line in lines_above) + text.rstrip("\n") + last
    one = len(rows[0]) == 1
    if kind == "row names" and names is not None:
        names = ["", *names]
    name = ", ".join((repr(delimiter), quoting, kind, f"{len(rows)} rows", f"decoy {decoy!r}", above))
    return Made(
        name=name + (", ragged" if ragged else ""),
        file="made.tsv" if delimiter == "\t" and draw.random() < 0.5 else "made.csv",
        data=body.replace("\n", end).encode(),
        delimiter=None if one else delimiter,
        header=names,
        rows=cells,
        above=len(lines_above),
    )


def _decorate(draw: random.Random, rows: Rows, decoy: str, quoting: str, delimiter: str) -> Rows:
    """Put into the longest cell of each row what may be taken for a delimiter, a quote or the end of a line."""
    at = max(range(len(rows[0])), key=lambda i: len(rows[0][i]))
    if not rows[0][at][:1].isalpha():
        return rows
    bare = quoting == "bare"
    if (bare and decoy.strip(" ") == delimiter.strip(" ")) or (decoy.startswith("&") and delimiter == ";" and bare):
        decoy = ""
    if len(rows[0]) == 1 and decoy.strip() in (",", ";", "|", ""):
        decoy = "" if decoy.strip(" ") != "," else ", "
    marks = {"doubled": ' "so to speak"', "backslash": ' "so to speak"', "newlines": "\nand so on"}
    result = []
    for row in rows:
        words = row[at].split(" ")
        middle = len(words) // 2
        cell = " ".join(words[:middle]) + decoy + " ".join(words[middle:]) if decoy and middle else row[at]
        result.append([*row[:at], cell + marks.get(quoting, ""), *row[at + 1 :]])
    return result


def _write(rows: Rows, delimiter: str, quoting: str) -> str:
    text = io.StringIO(newline="")
    if quoting == "bare":
        return "".join(delimiter.join(row) + "\n" for row in rows)
    style = csv.QUOTE_ALL if quoting == "all" else csv.QUOTE_MINIMAL
    if quoting == "backslash":
        style = csv.QUOTE_ALL
        csv.writer(
            text, delimiter=delimiter, quoting=style, lineterminator="\n", doublequote=False, escapechar="\\"
        ).writerows(rows)
    else:
        csv.writer(text, delimiter=delimiter, quoting=style, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _shorten(text: str, rows: Rows, delimiter: str) -> tuple[str, Rows]:
    """Take the last cell from a row in the middle, with its delimiter."""
    lines, at = text.splitlines(), len(rows) // 2
    from_end = len(rows) - at
    lines[-from_end] = lines[-from_end].rpartition(delimiter)[0]
    return "\n".join(lines), [*rows[:at], [*rows[at][:-1], ""], *rows[at + 1 :]]


def _lines_above(kind: str, delimiter: str, width: int) -> list[str]:
    return {
        "nothing": [],
        "title": ["Report of the third quarter"],
        "title and blank line": ["Report of the third quarter", ""],
        "padded title": ["Report of the third quarter" + delimiter * (width - 1)],
        "comments": ["# exported on Monday, by me", f"# columns{delimiter} what they mean"],
        "sep": [f"sep={delimiter}"],
    }[kind]
