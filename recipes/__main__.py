"""`python -m recipes`: make or measure the shipped models."""

import sys

from recipes.pocket.command import main

if __name__ == "__main__":
    sys.exit(main())
