"""Texts to measure with: from a file, or made from the sample that ships."""

import csv
import random
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "embedding_core" / "data" / "samples" / "everyday.csv"


def made_texts(n: int, words: int, seed: int = 0) -> list[str]:
    """Return `n` different texts of about `words` words, cut from the sample's own sentences in random order."""
    with SAMPLE.open(newline="", encoding="utf-8") as file:
        vocabulary = [word for row in csv.DictReader(file) for word in row["text"].split()]
    draw = random.Random(seed)
    texts = []
    for _ in range(n):
        length = max(3, round(draw.gauss(words, words / 3)))
        start = draw.randrange(len(vocabulary) - length)
        texts.append(" ".join([*vocabulary[start : start + length], vocabulary[draw.randrange(len(vocabulary))]]))
    return texts


def read_column(path: Path, column: str) -> list[str]:
    """Return one column of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return [row[column] for row in csv.DictReader(file)]


def write_csv(path: Path, texts: list[str]) -> None:
    """Write texts as a CSV file with two columns, `text` and a made-up `group`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "group"])
        writer.writerows([text, f"group {len(text) % 12}"] for text in texts)
