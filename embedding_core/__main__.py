"""The command line: `python -m embedding_core COMMAND FILE ...`, the same engine without a browser."""

from embedding_core.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
