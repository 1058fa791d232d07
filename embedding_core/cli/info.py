"""`info`: versions, encoders, store."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from embedding_core import __version__, encoders
from embedding_core.cli.options import CommandEngine
from embedding_core.cli.run import Printed

_PACKAGES = (
    "streamlit",
    "sentence-transformers",
    "open_clip_torch",
    "torch",
    "umap-learn",
    "plotly",
    "scikit-learn",
    "pandas",
    "numpy",
    "pyarrow",
    "model2vec",
)


def info(*, engine: CommandEngine) -> Printed:
    """Show versions, encoders and the store."""
    packages = {name: _version(name) for name in _PACKAGES}
    listed = [
        {"name": spec.name, "dim": spec.dim, "origin": spec.origin, "works": not reason, "reason": reason}
        for spec in encoders.list_specs()
        for reason in [encoders.availability(spec)]
    ]
    held, cap = engine.store.size(), engine.store.cap_bytes
    result = {
        "versions": {"vectorscope": __version__, "python": platform.python_version(), **packages},
        "device": {"kind": "cpu", "machine": platform.machine(), "cores": _cores()},
        "encoders": listed,
        "store": {"path": str(engine.store.root), "bytes": held, "cap_bytes": cap},
    }
    lines = [f"Vectorscope {__version__}, Python {platform.python_version()}, {_cores()} cores"]
    lines += [f"  {e['name']:<28} {'ready' if e['works'] else e['reason']}" for e in listed]
    lines.append(f"store: {engine.store.root}, {held / 1e6:,.1f} MB of {cap / 1e9:,.0f} GB")
    return result, "\n".join(lines)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
