"""Sentences for one word with several senses: how they are typed, and some to begin with."""

from typing import TYPE_CHECKING, Any

from embedding_core.base.lines import split_lines

if TYPE_CHECKING:
    import pandas as pd

_BETWEEN = "|"

EXAMPLES = {
    "bank": """\
She opened a savings account at the bank. | money
The bank approved our mortgage within a week. | money
He works as a cashier in a bank. | money
My salary goes straight to the bank. | money
The bank charges a fee for every transfer. | money
Robbers emptied the vault of the bank. | money
We sat on the bank and watched the river. | river
Willows lean over the bank of the stream. | river
The boat was pulled up on the muddy bank. | river
Otters live in a hole in the bank. | river
After the flood the bank had been washed away. | river
He fished from the grassy bank all morning. | river""",
    "bat": """\
He swung the bat and hit a home run. | sport
The batter broke his bat on the first pitch. | sport
A cricket bat is made of willow. | sport
She oiled her bat before the match. | sport
Grip the bat with both hands. | sport
A bat flew out of the cave at dusk. | animal
The bat hangs upside down to sleep. | animal
A fruit bat eats figs and nectar. | animal
The bat finds moths by echo. | animal
There is a bat nesting in our attic. | animal""",
    "spring": """\
The cherry trees bloom in spring. | season
Last spring was cold and wet. | season
We plant potatoes in early spring. | season
In spring the days grow longer. | season
Birds come back in spring. | season
The spring in the mattress is broken. | coil
A steel spring pushes the valve shut. | coil
He stretched the spring until it bent. | coil
The clock is driven by a wound spring. | coil
Replace the spring of the shock absorber. | coil
Clear water rises from the spring. | water
The village drinks from a mountain spring. | water
A hot spring steams behind the hotel. | water
They filled their bottles at the spring. | water
The stream begins at a spring in the rocks. | water""",
}
"""By word: a sentence a line, and after a bar the sense it has there."""


def read_sentences(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences of lines and the senses after their last bar, "" where none is given; no empty lines."""
    sentences, senses = [], []
    for line in split_lines(typed):
        before, bar, after = line.rpartition(_BETWEEN)
        sentence, sense = (before.strip(), after.strip()) if bar else (line.strip(), "")
        if sentence:
            sentences.append(sentence)
            senses.append(sense)
    return tuple(sentences), tuple(senses)


def read_senses(column: "pd.Series[Any]") -> tuple[str, ...]:
    """Return the senses that a column names, "" where it says nothing."""
    named = column.astype("str").fillna("").str.strip()
    return tuple(named.where(column.notna(), "").tolist())
