"""Families of encoders: each is announced in one module, and found there."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from embedding_core.encoders.spec import EncoderSpec, Modality, Origin


@dataclass(frozen=True)
class EncoderFamily:
    """Encoders that are named and described alike.

    A module of a subpackage of `embedding_core.encoders` that has one, called `FAMILY`, is in every list. A family of a
    few fixed encoders is an instance of this class; one that knows further names is a subclass.
    """

    specs: tuple[EncoderSpec, ...] = ()
    """The encoders there are cards for."""
    position: int = 60
    """Its place in lists: the smallest comes first."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names of the same weights."""
    catch_all: bool = False
    """It takes names and folders of any form, so it is asked after all others."""

    def list_specs(self) -> tuple[EncoderSpec, ...]:
        """Return the encoders there are cards for; nothing is loaded."""
        return self.specs

    def card(self, name: str) -> EncoderSpec | None:
        """Return the card of an encoder; None without one."""
        name = self.aliases.get(name, name)
        return next((spec for spec in self.list_specs() if spec.name == name), None)

    def exact(self, card: EncoderSpec) -> EncoderSpec:
        """Return a card with its revision exact.

        Raises:
            EncoderUnavailableError: only the hub could know, and it cannot be reached.
        """
        return card

    def find(self, name: str) -> EncoderSpec | None:
        """Return the spec, its revision exact, of a name without a card; None when it is none of this family.

        Raises:
            UnknownEncoderError: it looks like one of this family, but there is no such encoder.
            EncoderUnavailableError: only the hub could know, and it cannot be reached.
        """
        return None


@cache
def families() -> tuple[EncoderFamily, ...]:
    """Return every family, in the order of their positions. Their modules are imported, no model is loaded."""
    package = import_module(__package__)
    parts = (part.name for part in iter_modules(package.__path__, f"{__package__}.") if part.ispkg)
    names = [
        name
        for part in parts
        for name in (part, *(one.name for one in iter_modules(import_module(part).__path__, f"{part}.")))
    ]
    found = [family for name in names if (family := getattr(import_module(name), "FAMILY", None)) is not None]
    return tuple(sorted(found, key=lambda family: family.position))


def local_folder(name: str) -> Path | None:
    """Return the folder of that name on this machine; None without one."""
    with suppress(RuntimeError):  # "~someone" without a home
        folder = Path(name).expanduser()
        if name and folder.is_dir():
            return folder.resolve()
    return None


def offline_hint() -> str:
    """Return which encoders work without a network, as a sentence."""
    specs = [spec for family in families() for spec in family.list_specs() if spec.origin is Origin.EMBEDDED]
    pictures = [spec.name for spec in specs if Modality.IMAGE in spec.reads]
    texts = [spec.name for spec in specs if Modality.TEXT in spec.reads and spec.name not in pictures]
    return f"These encoders work without a network: {', '.join(texts)} for texts; {', '.join(pictures)} for pictures."
