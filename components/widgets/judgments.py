"""The judged queries in use."""

from embedding_core.data.judgments import Judgments, load_judgments
from embedding_core.engine import Engine
from embedding_core.evaluate.state import EvaluateState
from embedding_core.workspace import Workspace


def judgments_in_use(engine: Engine, workspace: Workspace) -> Judgments | None:
    """Return the judgments in use; None without any, or when the store has lost them."""
    key = workspace.state(EvaluateState).judgments
    return None if key is None or not engine.store.has("judgements", key) else load_judgments(key, engine.store)
