"""What a figure was measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("torch", "sentence-transformers", "umap-learn", "streamlit", "numpy")


def describe_machine() -> dict[str, object]:
    """Return processor, cores, memory, system and the versions that matter."""
    flags = _cpuinfo("flags").split()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": _cpuinfo("model name") or platform.processor(),
        "bf16": [flag for flag in ("amx_bf16", "avx512_bf16") if flag in flags],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(pages / 1e9),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def _cpuinfo(field: str) -> str:
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return ""
    lines = (line.partition(":") for line in path.read_text().splitlines())
    return next((value.strip() for name, _, value in lines if name.strip() == field), "")
