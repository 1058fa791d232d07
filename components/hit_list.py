"""What a search found, and why each hit is one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd
import streamlit as st

from components import gallery
from components.query_box import LABELS
from components.tables import bounded
from components.untrusted import md_label
from embedding_core.dataset import Dataset
from embedding_core.exporting import to_csv
from embedding_core.fingerprint import fingerprint
from embedding_core.retrieval import Answer, Searcher

_ROW_HEIGHT, _HEAD_HEIGHT, _MOST_ROWS = 35, 40, 15
_WORDS_SHOWN = 6

NOTE = (
    "**Meaning** turns your words into a vector and ranks items by its cosine with theirs. **Words** is BM25: rare "
    "words that both share count, and the table says which. **Both** fuses the two rankings by reciprocal rank. "
    "**Token by token** (late interaction) gives every word of yours its best counterpart in the text. What counts as "
    "a high score differs from engine to engine, so each has two companions: its **percentile** among all items for "
    "this query, and how much of what comes about **by chance** it beats (random pairs of items, random words, random "
    "ranks). A hit that does not beat chance is no find, though it may stand first. To read: [Sentence-BERT]"
    "(https://arxiv.org/abs/1908.10084), [BM25](https://doi.org/10.1561/1500000019), [reciprocal rank fusion]"
    "(https://doi.org/10.1145/1571941.1572114), [ColBERT](https://arxiv.org/abs/2004.12832)."
)


class Action(StrEnum):
    """What a person wants done with the hits that were picked out, or with all."""

    MAP = "map"
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True)
class Picked:
    """Some hits and what is to be done with them."""

    action: Action
    rows: tuple[int, ...]


def table(dataset: Dataset, found: Answer) -> pd.DataFrame:
    """Return the hits as a table: rank, scores, reasons, rank in each engine, then the items' own columns."""
    hits = found.hits
    rows = dataset.frame().iloc[hits.rows].reset_index(drop=True)
    head: dict[str, Any] = {"rank": range(1, len(hits.rows) + 1), "score": hits.scores}
    head |= {"percentile": 100 * hits.percentiles, "beats chance": 100 * hits.null_percentiles}
    # The texts first, so that they are seen without scrolling; then why.
    head[dataset.text_name] = rows[dataset.text_name]
    if any(found.pairs):
        pairs = ([f"{pair.asked} ~ {pair.found}" for pair in told] for told in found.pairs)
        head["matched tokens"] = [", ".join(told) for told in pairs]
    if any(found.words):
        head["matched words"] = [_words(words) for words in found.words]
    if len(found.ranks) > 1:
        for name, ranks in found.ranks.items():
            head[f"rank by {LABELS[name].lower()}"] = pd.array([int(rank) or None for rank in ranks], "Int64")
    framed = pd.DataFrame(head)
    return pd.concat([framed, rows.drop(columns=[name for name in framed if name in rows])], axis=1)


def _words(words: dict[str, float]) -> str:
    return ", ".join(f"{word} {added:.2f}" for word, added in list(words.items())[:_WORDS_SHOWN])


def show(dataset: Dataset, found: Answer, key: str) -> Picked | None:
    """Draw the hits; return what is to be done with some of them, if that was asked for."""
    st.caption(_said(dataset, found))
    if not len(found.hits.rows):
        return None
    frame = table(dataset, found)
    if dataset.pictures:
        notes = [f"{score:.3f}" for score in found.hits.scores]
        gallery.show(dataset, found.hits.rows.tolist(), f"{key}-tiles", notes=notes)
    picked = st.dataframe(
        bounded(frame),
        hide_index=True,
        height=_HEAD_HEIGHT + _ROW_HEIGHT * min(len(frame), _MOST_ROWS),
        key=f"{key}-hits",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "rank": st.column_config.NumberColumn("", width=40),
            "score": st.column_config.NumberColumn(_score_name(found), format="%.3f", width=70),
            "percentile": _share("The share of all items that score lower for this query."),
            "beats chance": _share("The share of scores that come about by chance and are lower."),
            dataset.text_name: st.column_config.TextColumn(width="large"),
        },
    )
    chosen = tuple(int(found.hits.rows[i]) for i in picked["selection"]["rows"] if i < len(found.hits.rows))
    return _actions(dataset, found, frame, chosen, key)


def _actions(dataset: Dataset, found: Answer, frame: pd.DataFrame, chosen: tuple[int, ...], key: str) -> Picked | None:
    rows = chosen or tuple(map(int, found.hits.rows))
    pressed: Action | None = None
    with st.container(horizontal=True, gap="small"):
        words = f"Show {'these' if chosen else 'all'} {len(rows):,} on the map"
        if st.button(words, type="primary", icon=":material/scatter_plot:", key=f"{key}-select"):
            pressed = Action.MAP
        for action, label, icon in (
            (Action.MORE, "More like these", "add"),
            (Action.LESS, "Less like these", "remove"),
        ):
            help_ = None if chosen else "Tick some hits first, at the left of the table."
            if st.button(label, icon=f":material/{icon}:", key=f"{key}-{action}", disabled=not chosen, help=help_):
                pressed = action
        mark = fingerprint(dataset.key, found.question)[:8]
        st.download_button(
            *("CSV", lambda: to_csv(frame), f"hits-{mark}.csv", "text/csv"),
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}-csv",
        )
    return None if pressed is None else Picked(pressed, rows)


def _score_name(found: Answer) -> str:
    names = {Searcher.DENSE: str(found.question.metric), Searcher.BM25: "BM25", Searcher.HYBRID: "fused"}
    return names.get(found.question.searcher, "score")


def _said(dataset: Dataset, found: Answer) -> str:
    """Return one line on how the query was read and what it found."""
    parts = []
    question = found.question
    if question.more and not (question.words or question.picture):
        parts.append(f"Nearest to the mean of {len(question.more):,} examples, themselves left out.")
    if found.terms:
        signs = {1: "+", -1: "−"}
        terms = " ".join(f"{signs[term.sign]} {md_label(term.text[:40])}" for term in found.terms)
        kept = "kept" if found.question.keep_inputs else "left out"
        parts.append(f"Read as a sum: {terms}; items named in it are {kept}.")
    if found.added:
        parts.append(f"Words added: {md_label(', '.join(found.added))}.")
    if found.question.where:
        parts.append(f"{found.passing:,} of {len(dataset):,} items pass the filter.")
    if not len(found.hits.rows):
        parts.append("Nothing was found." if found.passing else "No item passes the filter: loosen it.")
    return " ".join(parts) or f"{len(found.hits.rows):,} of {len(dataset):,} items, the best first."


def _share(meaning: str) -> Any:
    return st.column_config.ProgressColumn(help=meaning, width=110, format="%.1f %%", min_value=0, max_value=100)
