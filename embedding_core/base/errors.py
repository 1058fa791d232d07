"""Errors that a user can act on.

VectorscopeError
├── InputError            a file, a column, a cell, a vector that cannot be used as it is
├── ParameterError        a setting outside its range
├── EncoderError
│   ├── UnknownEncoderError      no encoder of that name
│   └── EncoderUnavailableError  known, but cannot work here and now (package, hub, weights)
├── StoreError            the folder on disk: full, unwritable
│   └── ArtifactMissingError     not (or no longer) in the store
└── JobError              work that did not finish
    └── JobCancelledError        because somebody asked for that

A message says what happened and with which value; a hint says what to do about it. Pages and the command line show
both; every other exception is a bug and is logged with its traceback.
"""


class VectorscopeError(Exception):
    """The base class: an error with a hint at what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(VectorscopeError):
    """The input cannot be used as it is."""


class ParameterError(VectorscopeError):
    """A setting is outside what the algorithm accepts."""


class EncoderError(VectorscopeError):
    """An encoder failed."""


class UnknownEncoderError(EncoderError):
    """There is no encoder of that name."""


class EncoderUnavailableError(EncoderError):
    """The encoder is known but cannot work here: a package, the network or its weights are missing."""


class StoreError(VectorscopeError):
    """The folder on disk cannot be used."""


class ArtifactMissingError(StoreError):
    """The store does not hold that artifact, or holds a damaged one that it has dropped."""


class JobError(VectorscopeError):
    """A job ended without its result."""


class JobCancelledError(JobError):
    """A job was cancelled."""
