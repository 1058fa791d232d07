"""Fine-tuning: a model's folder and examples in, a tuned model out."""

from __future__ import annotations

import tempfile
import warnings
from typing import TYPE_CHECKING

from embedding_core.base.errors import EncoderError, ParameterError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.encoders.text import bert
from embedding_core.train.checkpoints import Best, Checkpoints, NoCheckpoints
from embedding_core.train.history import Report, no_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sentence_transformers import SentenceTransformer

    from embedding_core.train.examples import Examples
    from embedding_core.train.learner import Learner
    from embedding_core.train.params import TuneParams

_ROLES = ("anchor", "partner", "other")
_BATCH = 64


def finetune(
    folder: Path,
    examples: Examples,
    params: TuneParams,
    *,
    watch: Callable[[Callable[[list[str]], Matrix]], float] | None = None,
    checkpoints: Checkpoints | None = None,
    report: Report = no_report,
    progress: Progress = no_progress,
) -> SentenceTransformer:
    """Fine-tune the model of a folder, from the newest checkpoint if there is one, and return it.

    Args:
        folder: a Sentence Transformers model; it is not changed.
        examples: what to learn from.
        params: the recipe.
        watch: measures a model, given as a way to encode texts, after each epoch.
        checkpoints: where to keep what was learned so far.
        report: called with losses and measures.
        progress: in steps.

    Raises:
        EncoderError: the model cannot be loaded.
        ParameterError: the model has fewer dimensions than were asked for.
        StoreError: a checkpoint cannot be written.
        JobCancelledError: the work was cancelled; what was learned is in a checkpoint.
    """
    bert.use_all_cores()
    model = _load(folder)
    dim, longest = model.get_embedding_dimension() or 0, model.max_seq_length or params.max_seq_length
    if params.matryoshka and params.matryoshka[0] > dim:
        raise ParameterError(f"The model has {dim} dimensions, fewer than {params.matryoshka[0]}.", "Choose fewer.")
    checkpoints, best = checkpoints or NoCheckpoints(), Best()
    look = None if watch is None else lambda: watch(encoding(model))
    newest = checkpoints.newest()
    # What the libraries warn of is their own affair: none of it can be acted on here.
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        learner = _learner(model, examples, params, scratch, checkpoints, best, (report, progress, look))
        if look is not None and newest is None:
            report({"step": 0, "epoch": 0, "watched": round(look(), 5)})
        model.max_seq_length = min(params.max_seq_length, longest)
        learner.train(resume_from_checkpoint=None if newest is None else str(newest))
    if params.patience and best.weights is not None:
        model.load_state_dict(best.weights)
    model.max_seq_length = longest
    return model.eval()


def _learner(
    model: SentenceTransformer,
    examples: Examples,
    params: TuneParams,
    scratch: str,
    checkpoints: Checkpoints,
    best: Best,
    record: tuple[Report, Progress, Callable[[], float] | None],
) -> Learner:
    from datasets import Dataset

    from embedding_core.train.learner import Batches, Learner, Watcher, arguments, loss_of

    columns = dict(zip(_ROLES, examples.columns, strict=False))
    targets = {} if examples.targets is None else {"label": examples.targets.tolist()}
    watcher = Watcher(params, best, *record)
    watcher.learner = Learner(
        model,
        arguments(params, scratch, bert.hardware()[0]),
        Dataset.from_dict({**columns, **targets}),
        loss=loss_of(model, params),
        callbacks=[watcher],
        checkpoints=checkpoints,
        best=best,
        batches=Batches(examples, params),
    )
    return watcher.learner


def encoding(model: SentenceTransformer) -> Callable[[list[str]], Matrix]:
    """Return a function that encodes texts with a model, which may still be in training."""

    def encode(texts: list[str]) -> Matrix:
        vectors: Matrix = model.encode(texts, batch_size=_BATCH, show_progress_bar=False)
        return vectors

    return encode


def save_model(model: SentenceTransformer, folder: Path) -> None:
    """Write a model into a folder, weights as safetensors.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    from safetensors import SafetensorError

    try:
        model.save_pretrained(str(folder), create_model_card=False, safe_serialization=True)
    except SafetensorError as error:  # It says what the disk said, as text.
        raise OSError(str(error)) from error


def _load(folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(folder), local_files_only=True, device="cpu")
    except (OSError, ValueError, KeyError, ImportError) as error:
        why = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise EncoderError(f"The model in {folder} cannot be loaded: {why}.", "Choose another encoder.") from error
