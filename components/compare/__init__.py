"""The views of Compare."""
