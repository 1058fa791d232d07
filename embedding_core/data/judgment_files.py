"""Judgments as they are brought: a table, or a collection in the layout of BEIR with its documents."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from embedding_core.base.errors import ArtifactMissingError, InputError
from embedding_core.base.stage import Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress
from embedding_core.data.arrivals import BroughtFile
from embedding_core.data.beir import CORPUS, find_beir
from embedding_core.data.detect import ZIP
from embedding_core.data.judgment_table import judged_columns, read_judgments, spread
from embedding_core.data.judgments import checked, keep_judgments
from embedding_core.data.pictures.archives import from_zip
from embedding_core.data.read import read_table
from embedding_core.data.stages import load_dataset, save_dataset

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class BroughtJudgments:
    """Stored judgments, and the data set that came with them."""

    judgments: Key
    dataset: Key | None = None


@dataclass(frozen=True)
class ReadJudgments(Stage[BroughtJudgments]):
    """The judgments in the files of one import."""

    files: tuple[BroughtFile, ...]
    dataset: Key | None = None
    """The data set that is open: a table judges its items."""
    kind = "judged"

    @property
    def title(self) -> str:
        return f"Reading {self.files[0].name}"

    def compute(self, store: Store, progress: Progress) -> BroughtJudgments:
        path, name = store.upload(self.files[0].upload), self.files[0].name
        files: dict[str, Callable[[], bytes]] = {one.name: store.upload(one.upload).read_bytes for one in self.files}
        if len(self.files) == 1:
            with path.open("rb") as file:
                packed = file.read(len(ZIP)) == ZIP
            if packed:
                members = {member.name: member.read for member in from_zip(path, name).files}
                if any(PurePosixPath(member).name == CORPUS for member in members):
                    files = members
        if len(files) > 1 or PurePosixPath(next(iter(files))).name == CORPUS:
            found = find_beir(PurePosixPath(name).stem, files)
            save_dataset(found.dataset, store)
            kept = keep_judgments(checked(found.judgments, found.dataset.ids), store)
            return BroughtJudgments(kept, found.dataset.key)
        if self.dataset is None:
            raise InputError(
                "No data set is open, so there are no items to judge.", "Open one, or import a BEIR collection."
            )
        dataset = load_dataset(self.dataset, store)
        frame = spread(read_table(path, name).frame)
        given = read_judgments(frame, judged_columns(frame), dataset.ids, dataset.texts)
        return BroughtJudgments(keep_judgments(checked(given, dataset.ids), store))

    def load(self, store: Store) -> BroughtJudgments:
        found = super().load(store)
        kept = [("judgements", found.judgments), *([] if found.dataset is None else [("dataset", found.dataset)])]
        if not all(store.has(kind, key) for kind, key in kept):
            store.drop(self.kind, self.key)
            raise ArtifactMissingError("The judgments are no longer stored.", "Import them again.")
        return found
