"""The words of a learned sparse encoder, as code, are those of the page."""

from pathlib import Path

from embedding_core import encoders
from embedding_core.base.store import Store
from embedding_core.engine import Engine
from embedding_core.inspect import sparse_snippet
from embedding_core.inspect.stages import WeighWords
from tests.core.conftest import Run
from tests.core.encoders.splade import save_splade

TEXT = 'the "river" bank\nand {braces}'


def test_learned_words(run: Run, tmp_path: Path) -> None:
    spec = encoders.resolve(str(save_splade(tmp_path / "model")))
    shown = Engine(Store(tmp_path / "store", cap_bytes=10**9)).make(WeighWords(spec.name, spec.revision, TEXT))
    assert run(sparse_snippet.learned(spec.name, TEXT))["found"] == shown
    assert len(shown) == 40
