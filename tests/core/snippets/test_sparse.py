"""The words of a learned sparse encoder, as code, are those of the page."""

from pathlib import Path

from embedding_core import encoders
from embedding_core.engine import Engine
from embedding_core.snippets import sparse
from embedding_core.stages import WeighWords
from embedding_core.store import Store
from tests.core.encoders.splade import save_splade
from tests.core.snippets.conftest import Run

TEXT = 'the "river" bank\nand {braces}'


def test_learned_words(run: Run, tmp_path: Path) -> None:
    spec = encoders.resolve(str(save_splade(tmp_path / "model")))
    shown = Engine(Store(tmp_path / "store", cap_bytes=10**9)).make(WeighWords(spec.name, spec.revision, TEXT))
    assert run(sparse.learned(spec.name, TEXT))["found"] == shown
    assert len(shown) == 40
