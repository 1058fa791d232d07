"""Every feature of the product, in the order of the menu. Importing this makes the stages of all of them known by name.

To add one, give it a folder with a `feature.py` and add the folder's name here: see docs/how-to-add.md.
"""

from importlib import import_module

from embedding_core.base.feature import Feature

_FOLDERS = (
    "home",
    "data",
    "encoders",
    "map",
    "clusters",
    "search",
    "similarity",
    "classify",
    "trust",
    "evaluate",
    "compress",
    "compare",
    "inspect",
    "train",
)

FEATURES: tuple[Feature, ...] = tuple(import_module(f"embedding_core.{folder}.feature").FEATURE for folder in _FOLDERS)
