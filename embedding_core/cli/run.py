"""How a command is found, run and printed.

Exit codes: 0 done; 1 something a person can mend (the message says what); 2 wrong usage; 130 interrupted.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Annotated, Any

from cyclopts import App, Parameter
from cyclopts.exceptions import CoercionError, CycloptsError
from cyclopts.field_info import FieldInfo

from embedding_core.base.errors import VectorscopeError

Printed = tuple[dict[str, Any], str]
"""What a command returns: one object for `--json`, and the text without it."""
_HELP = ("--help", "-h")
_context: ContextVar[dict[str, Any]] = ContextVar("context")


def make_app(name: str, summary: str) -> App:
    """Return a command line without a command."""
    return App(
        name=name,
        help=summary,
        help_flags=_HELP,
        version_flags=(),
        help_format="plaintext",
        default_parameter=Parameter(negative=(), short_alias=_short_alias, show_default=_shown_default),
    )


def run(
    app: App,
    arguments: Sequence[str] | None,
    *,
    program: str,
    services: Callable[[], Mapping[str, Any]] = dict,
    renamed: Mapping[str, str] | None = None,
) -> int:
    """Run one command and return its exit code.

    Args:
        app: made by `make_app`, with its commands; each returns `Printed`.
        arguments: those of the process when None.
        program: begins each message on stderr.
        services: makes what commands take by name and no option gives, such as the engine; called once it is needed.
        renamed: the new name of each old command, and of each old option as "command --option"; as "command --option
            FILE" of an option that takes no file any more.
    """

    @app.meta.default
    def launch(
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        json: Annotated[bool, Parameter(help="Print one JSON object, for machines.")] = False,
    ) -> int:
        _context.set({})
        command, bound, missing = app.parse_args(tokens, exit_on_error=False, print_error=False)
        given = {name: value for name, value in (services() if missing else {}).items() if name in missing}
        printed: Printed | None = command(*bound.args, **bound.kwargs, **given)
        if printed is None:  # The help was shown: because it was asked for, or because no command was named.
            return 0 if set(_HELP) & set(tokens) else 2
        print(as_json(printed[0] | _context.get()) if json else printed[1])
        return 0

    app.meta.suppress_keyboard_interrupt = False
    try:
        code: int = app.meta(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        return code if isinstance(code, int) else 0
    except CycloptsError as error:
        print(f"{program}: {_new_name(error, renamed or {}) or str(error)}", file=sys.stderr)
        return 2
    except VectorscopeError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{program}: stopped; what was finished is kept, run the same command to go on.", file=sys.stderr)
        return 130


def add_to_json(name: str, value: dict[str, Any]) -> None:
    """Add a value to what `--json` prints of the command that runs; a second one of that name is the test file's."""
    found = _context.get({})
    found[f"{name}_test" if name in found else name] = value


def as_json(result: dict[str, Any]) -> str:
    """Return one line of JSON."""
    return json.dumps(result, ensure_ascii=False)


def _new_name(error: CycloptsError, renamed: Mapping[str, str]) -> str:
    """Return what to say of the first old name among the arguments, empty without one."""
    names = [word.partition("=")[0] for word in error.root_input_tokens or ()]
    if isinstance(error, CoercionError) and error.token is not None:
        names.append(f"{error.token.keyword} FILE")
    for name in names:
        if new := renamed.get(" ".join([*(error.command_chain or ()), name])):
            return f"{name} is now called {new}."
    return ""


def _short_alias(parameter: FieldInfo, _: frozenset[str]) -> str | None:
    """Give an option of one letter its short form: -k beside --k."""
    name = parameter.names[0]
    return f"-{name}" if len(name) == 1 else None


def _shown_default(value: Any) -> str | None:
    return None if value is None or value is False or value in ((), "") else str(value)
