"""The map's JavaScript modules as one script: Streamlit takes one text, and a saved page has no other files.

Each module becomes a function that returns what it exports, so their names cannot meet. Modules keep to a few forms,
and anything else is refused: `import { a, b } from "./file.js";` and `export` before `function`, `async function`,
`class`, `const` or, in the first module, `default function`.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "js"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (default )?((?:async )?function|class|const) (\w+)", re.MULTILINE)
_LEFT = re.compile(r"^\s*(import|export)\b.*", re.MULTILINE)


def bundle(entry: str, folder: Path = FOLDER) -> str:
    """Return the script of a module and of all that it imports; its default export is the script's.

    Raises:
        ValueError: a module imports in a circle, or in a form that is not known here.
    """
    done: dict[str, str] = {}
    _add(entry, folder, done, ())
    default = [match[3] for match in _EXPORT.finditer(_read(folder, entry)) if match[1]]
    ending = "".join(f"\nexport default {_variable(entry)}.{name};\n" for name in default)
    return "\n".join(done.values()) + ending


def _read(folder: Path, name: str) -> str:
    return (folder / f"{name}.js").read_text(encoding="utf-8")


def _add(name: str, folder: Path, done: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"{' -> '.join((*above, name))}: the modules import each other in a circle")
    if name in done:
        return
    source = _read(folder, name)
    for match in _IMPORT.finditer(source):
        _add(match[2], folder, done, (*above, name))
    names = [match[3] for match in _EXPORT.finditer(source)]
    body = _IMPORT.sub(lambda match: f"const {{{match[1]}}} = {_variable(match[2])};\n", source)
    body = _EXPORT.sub(r"\2 \3", body)
    if left := _LEFT.search(body):
        raise ValueError(f"{name}.js: {left[0].strip()!r} is a form of import or export that is not known here")
    done[name] = f"const {_variable(name)} = (() => {{\n{body}return {{ {', '.join(names)} }};\n}})();"


def _variable(name: str) -> str:
    return f"module_{name.replace('-', '_')}"
