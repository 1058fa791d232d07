"""From a data set to an encoder of its own: a fine-tuned model with a name, and what it is worth."""

import json
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from embedding_core import encoders
from embedding_core.base.codec import decode, encode
from embedding_core.base.errors import ArtifactMissingError, InputError, StoreError
from embedding_core.base.keys import fingerprint
from embedding_core.base.lines import split_lines
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.spec import Encoder, EncoderSpec, Origin
from embedding_core.encoders.text import sentence_transformer, tuned
from embedding_core.train import (
    Counts,
    Event,
    Examples,
    HeldOutMeasure,
    History,
    Supervision,
    TrainingData,
    TrainingSplit,
    Tuned,
    TuneParams,
    distinct,
    examples,
    finetune,
    measure,
    model_card,
    model_folder,
    save_model,
    split,
    training_data_of,
    watch,
    with_test,
)

_MEASURING = 0.05
"""Share of the whole time that measuring before takes, and as much after; only the progress bar depends on it."""
_ROOM = 6
"""Times the weights: a checkpoint takes three to four, and the encoder is written beside the last one."""
_TRUNCATED = 64


class StoredCheckpoints:
    """The checkpoints of one training in the store: dropped when it is full, like all that can be made again."""

    kind = "checkpoint"

    def __init__(self, store: Store, run: Key) -> None:
        self._store = store
        self._run = run

    def newest(self) -> Path | None:
        """Return the folder of the newest whole one; None without any."""
        for _, key in sorted(self.steps().items(), reverse=True):
            with suppress(ArtifactMissingError):
                return self._store.open(self.kind, key)
        return None

    def keep(self, step: int, write: Callable[[Path], None]) -> None:
        """Write one; those before it are dropped after that."""
        older = self.steps()
        if step in older:
            return
        about = {"run": self._run, "step": step}
        with self._store.write(self.kind, fingerprint(self._run, step), about) as folder:
            write(folder)
        for key in older.values():
            self._store.drop(self.kind, key)

    def drop(self) -> None:
        """Remove those of this training."""
        for key in self.steps().values():
            self._store.drop(self.kind, key)

    def steps(self) -> dict[int, Key]:
        """Return the keys of those there are, by step."""
        found = {}
        for key in self._store.keys(self.kind):
            with suppress(ArtifactMissingError):
                about = self._store.about(self.kind, key)
                if about["run"] == self._run:
                    found[int(about["step"])] = key
        return found


@dataclass(frozen=True)
class FineTune(Stage[Tuned]):
    """An encoder, fine-tuned on a data set and kept under a name of its own."""

    dataset: Key
    supervision: Supervision
    encoder: str
    revision: str
    name: str
    params: TuneParams = field(default_factory=TuneParams)
    test: Key | None = None
    """Another data set of the same columns to measure on; None to hold rows out."""
    kind = "finetuning"
    version = 2
    lane = Lane.TRAIN
    """A process of its own: it takes minutes, and nothing else is to wait for it."""

    def key_parts(self) -> tuple[object, ...]:
        source = (self.dataset, self.test, self.supervision)
        return *source, self.encoder, self.revision, self.name, self.params

    @property
    def title(self) -> str:
        return f"Training {self.name}"

    def history(self, store: Store) -> History:
        """Return what has happened so far, also while it happens in another process."""
        file = self._journal(store)
        events = []
        for line in split_lines(file.read_text(encoding="utf-8")) if file.is_file() else []:
            with suppress(ValueError):  # The last line may be half written.
                events.append(json.loads(line))
        return History.of(events)

    def steps_done(self, store: Store) -> int:
        """Return the step of the newest checkpoint, from which a resume goes on; 0 without any."""
        return max(StoredCheckpoints(store, self.key).steps(), default=0)

    def _journal(self, store: Store) -> Path:
        return store.root / "journals" / f"{self.key}.jsonl"

    def training_data(self, store: Store) -> tuple[TrainingData, TrainingSplit]:
        """Return what is learned from and measured, and how it is divided.

        Raises:
            InputError: it cannot be learned from.
        """
        training_data = training_data_of(load_dataset(self.dataset, store), self.supervision)
        if self.test is None:
            return training_data, split(training_data, self.params)
        return with_test(training_data, training_data_of(load_dataset(self.test, store), self.supervision), self.params)

    def make(self, store: Store, progress: Progress) -> None:
        start = time.monotonic()
        known = tuned.about(tuned.check_name(self.name))
        if known is not None and known["run"] != self.key:
            raise InputError(
                f"An encoder called {self.name!r} already exists.",
                "Choose another name, or delete the existing encoder.",
            )
        spec = encoders.resolve(self.encoder)
        folder = model_folder(spec)
        check_room(store.root, folder)
        training_data, parts = self.training_data(store)
        base = encoders.load(spec)
        train = list(distinct(training_data.take(parts.train)))
        made = self._examples(training_data.take(parts.train), base)
        before = self._measured(training_data, parts, base, _part(progress, 0, _MEASURING))
        checkpoints = StoredCheckpoints(store, self.key)
        model = finetune(
            folder,
            made,
            self.params,
            watch=lambda encode: watch(training_data, parts, encode),
            checkpoints=checkpoints,
            report=self._reporter(store, fresh=checkpoints.newest() is None),
            progress=_part(progress, _MEASURING, 1 - _MEASURING),
        )
        longest = min(self.params.max_seq_length, base.spec.max_tokens or self.params.max_seq_length)
        cut = sum(tokens > longest for tokens in base.count_tokens(train))
        learned = len(parts.train), len(parts.test), len(made), made.mined, training_data.dropped, cut
        counts = Counts(*learned, parts.parting, parts.shared, parts.left_out)

        def write(draft: Path) -> dict[str, Any]:
            save_model(model, draft)
            encoder = sentence_transformer.load_folder(replace(spec, name=self.name, origin=Origin.TUNED), draft)
            after = self._measured(training_data, parts, encoder, _part(progress, 1 - _MEASURING, 1))
            seconds = round(time.monotonic() - start, 1)
            result = Tuned(self.name, spec.name, self.params, self.history(store), before, after, counts, seconds)
            data = load_dataset(self.dataset, store).name
            (draft / "README.md").write_text(model_card(result, spec, data), encoding="utf-8")
            return {**_facts(encoder.spec, result), "run": self.key, "data": data, "result": encode(result)}

        tuned.publish(self.name, write)
        with store.write(self.kind, self.key, {"encoder": self.name}):
            pass
        checkpoints.drop()
        self._journal(store).unlink(missing_ok=True)

    def _examples(self, train: TrainingData, base: Encoder) -> Examples:
        vectors = base.encode_documents(list(distinct(train))) if self.params.mines else None
        return examples(train, self.params, vectors)

    def _measured(
        self, training_data: TrainingData, parts: TrainingSplit, encoder: Encoder, progress: Progress
    ) -> tuple[HeldOutMeasure, ...]:
        dims = tuple(sorted({_TRUNCATED, *self.params.matryoshka}, reverse=True)) if self.params.matryoshka else ()
        return measure(training_data, parts, lambda texts: encoder.encode_documents(texts, progress), dims)

    def _reporter(self, store: Store, *, fresh: bool) -> Callable[[Event], None]:
        """Return a function that writes events down where other processes can read them."""
        journal = self._journal(store)
        try:
            journal.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(store.root, error) from error
        if fresh:
            journal.unlink(missing_ok=True)

        def report(event: Event) -> None:
            try:
                with journal.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(event) + "\n")
            except OSError as error:
                raise unwritable(store.root, error) from error

        return report

    def load(self, store: Store) -> Tuned:
        store.open(self.kind, self.key)
        known = tuned.about(self.name)
        if known is None or known["run"] != self.key:
            # The encoder was deleted: it has to be trained again to be there.
            store.drop(self.kind, self.key)
            raise ArtifactMissingError(f"The encoder {self.name} has been deleted.", "Train it again.")
        result: Tuned = decode(Tuned, known["result"])
        return result


def check_room(root: Path, model: Path) -> None:
    """Refuse to begin what could not be saved.

    Raises:
        StoreError: there is less free space than training takes.
    """
    weights = sum(path.stat().st_size for path in model.rglob("*.safetensors"))
    root.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(root).free
    if free < _ROOM * weights:
        raise StoreError(
            f"Training takes {_ROOM * weights / 1e6:,.0f} MB at {root}; {free / 1e6:,.0f} MB are free.",
            "Free some space, or set VECTORSCOPE_HOME to a folder with room.",
        )


def unwritable(root: Path, error: OSError) -> StoreError:
    """Return what to say when what happens cannot be written down."""
    return StoreError(
        f"The store at {root} cannot be written: {error.strerror or error}.",
        "Free some space, then start again: training resumes from the last checkpoint.",
    )


def _part(progress: Progress, low: float, high: float) -> Progress:
    """Return progress from one share of the whole to another."""
    return lambda done, total: progress(low + (high - low) * done / max(total, 1e-9), 1)


def _facts(spec: EncoderSpec, result: Tuned) -> dict[str, Any]:
    """Return what the list of encoders shows of one."""
    loss = f"{result.params.loss}, Matryoshka" if result.params.matryoshka else str(result.params.loss)
    return {
        "summary": f"{result.base}, fine-tuned here on {result.counts.trained_on:,} rows ({loss}).",
        "license": spec.license,
        "dim": spec.dim,
        "max_tokens": spec.max_tokens,
        "unit_norm": spec.unit_norm,
    }


def with_free_name(stage: FineTune) -> FineTune:
    """Return the stage under its name, or with a number after it where that is another encoder's."""
    names = chain([stage.name], (f"{stage.name[:56]}-{number}" for number in count(2)))
    stages = (replace(stage, name=name) for name in names)
    return next(one for one in stages if (known := tuned.about(one.name)) is None or known["run"] == one.key)
