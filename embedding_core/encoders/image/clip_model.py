"""open_clip's models from their files: both towers, the tokenizer, the scale. Weights come from safetensors only."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_core.base.errors import EncoderUnavailableError
from embedding_core.encoders.image import open_clip_names as names
from embedding_core.encoders.image.picture_input import PictureInput
from embedding_core.encoders.image.quicken import quicken
from embedding_core.encoders.text.static import teacher_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn

    from embedding_core.encoders.spec import EncoderSpec

_SINGLE = ("logit_scale", "logit_bias")
_MINILM = "sentence-transformers/all-MiniLM-L6-v2"


@dataclass(frozen=True, eq=False)
class Towers:
    """A loaded model."""

    picture_input: PictureInput
    see: Callable[[Tensor], Tensor]
    """(n, 3, height, width) float32 to (n, dim)."""
    read: Callable[[Tensor], Tensor] | None
    """(n, context) tokens to (n, dim); None of a model that borrows its text tower."""


@dataclass(frozen=True, eq=False)
class Blueprint:
    """What a model is made of."""

    name: str
    model: dict[str, Any]
    """open_clip's `model_cfg`."""
    preprocess: dict[str, Any]
    """open_clip's `preprocess_cfg`, as far as it is stated."""
    folder: Path
    weights: Path

    @classmethod
    def of(cls, spec: EncoderSpec, folder: Path) -> Blueprint:
        """Return the blueprint of a spec whose files lie in a folder.

        Raises:
            EncoderUnavailableError: the files are not those of an open_clip model.
        """
        weights = names.weights_of(folder)
        if not spec.name.startswith(names.TAGGED):
            config = names.config_of(folder)
            return cls(spec.name, config["model_cfg"], config["preprocess_cfg"], folder, weights)
        import open_clip

        model, _, tag = spec.name.removeprefix(names.TAGGED).partition("/")
        settings = open_clip.get_pretrained_cfg(model, tag)
        config = names.architecture(model) or {}
        # open_clip only warns when weights that were trained with a QuickGELU are put into a model without one.
        config["quick_gelu"] = bool(config.get("quick_gelu") or settings.get("quick_gelu"))
        return cls(spec.name, config, settings, folder, weights)

    @property
    def context(self) -> int:
        """How many tokens of a text are read."""
        return int(self.model["text_cfg"].get("context_length", names.CONTEXT))

    @cached_property
    def borrows_minilm(self) -> bool:
        """Whether the texts' vectors are MiniLM's own: it is named as the text tower, and the weights have none."""
        text = self.model["text_cfg"]
        return (
            text.get("hf_model_name") == _MINILM
            and text.get("hf_pooler_type") == "mean_pooler"
            and not text.get("hf_proj_type", "mlp")
            and not any(name.startswith("text.") for name in self._header)
        )

    @cached_property
    def _header(self) -> dict[str, float | None]:
        """The weights' names; with their value those of a single number."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self.weights, framework="pt") as file:
                stored = list(file.keys())
                return {name: file.get_tensor(name).item() if name in _SINGLE else None for name in stored}
        except (SafetensorError, OSError) as error:
            raise EncoderUnavailableError(
                f"{self.weights} cannot be read ({error}).", "Copy or download the model again."
            ) from None

    @property
    def log_scale(self) -> float | None:
        """The logarithm of what cosines are multiplied by; None where the weights do not say."""
        return self._header.get("logit_scale")

    @property
    def bias(self) -> float | None:
        """What is added to the multiplied cosines; None of a model without it."""
        return self._header.get("logit_bias")

    def build(self) -> Towers:
        """Return the model with its weights, fast and ready.

        Raises:
            EncoderUnavailableError: the weights do not fit the description, or parts lie on a hub that is out of reach.
        """
        import torch

        towers, model = self._made()
        seen = towers.picture_input
        picture = torch.zeros(1, 3, seen.height, seen.width)
        read = towers.read
        text: Tensor = tokenizer_of(self)(["a photo"]) if read else torch.empty(0)
        quicken(model, lambda: (towers.see(picture), read and read(text)))
        return towers

    def picture_tower(self) -> tuple[PictureInput, nn.Module]:
        """Return how the model wants pictures and the tower that sees them, as it was saved: slow, and whole inside.

        Raises:
            EncoderUnavailableError: the weights do not fit the description, or parts lie on a hub that is out of reach.
        """
        towers, model = self._made()
        return towers.picture_input, model if self.borrows_minilm else model.visual  # type: ignore[return-value]

    def _made(self) -> tuple[Towers, nn.Module]:
        from safetensors import SafetensorError

        try:
            return self._visual_alone() if self.borrows_minilm else self._whole()
        except (RuntimeError, TypeError, KeyError, ValueError, AttributeError, OSError, SafetensorError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise EncoderUnavailableError(
                f"The weights and the configuration of {self.name} do not form an open_clip model ({reason}).",
                "Save it again with open_clip, or download it again.",
            ) from error

    def _visual_alone(self) -> tuple[Towers, nn.Module]:
        from open_clip.model import _build_vision_tower
        from safetensors.torch import load_file

        config = deepcopy(self.model)
        vision = {**config["vision_cfg"], "timm_model_pretrained": False}
        visual = _build_vision_tower(config["embed_dim"], vision, config.get("quick_gelu", False)).eval()
        weights = load_file(self.weights)
        visual.load_state_dict({name.removeprefix("visual."): weights[name] for name in weights if "." in name})
        return Towers(self._input(visual), visual, None), visual

    def _whole(self) -> tuple[Towers, nn.Module]:
        import open_clip

        config = deepcopy(self.model)
        text = config["text_cfg"]
        config["vision_cfg"]["timm_model_pretrained"] = False
        text["hf_model_pretrained"] = False
        if name := text.get("hf_model_name"):
            text["hf_model_name"] = str(_text_folder(name))
        custom = config.pop("custom_text", False) or name
        kind = open_clip.CustomTextCLIP if custom else open_clip.CLIP
        if custom and "multimodal_cfg" in config:
            kind = open_clip.CoCa
        model = kind(**config).eval()
        open_clip.load_checkpoint(model, str(self.weights))
        return Towers(self._input(model.visual), model.encode_image, model.encode_text), model

    def _input(self, visual: nn.Module) -> PictureInput:
        from open_clip.transform import PreprocessCfg, merge_preprocess_dict

        stated = merge_preprocess_dict(asdict(PreprocessCfg()), self.preprocess)
        return PictureInput.from_open_clip({**stated, "size": getattr(visual, "image_size", stated["size"])})


def tokenizer_of(blueprint: Blueprint) -> Any:
    """Return open_clip's tokenizer of a model.

    Raises:
        EncoderUnavailableError: it lies on a hub that is out of reach.
    """
    from open_clip.tokenizer import HFTokenizer, SimpleTokenizer

    text = blueprint.model["text_cfg"]
    options = text.get("tokenizer_kwargs", {})
    name = text.get("hf_tokenizer_name")
    if not name:
        return SimpleTokenizer(context_length=blueprint.context, **options)
    folder = blueprint.folder if names.has_tokenizer(blueprint.folder) else _text_folder(name)
    mode = text.get("tokenizer_mode")
    return HFTokenizer(str(folder), context_length=blueprint.context, tokenizer_mode=mode, **options)


def _text_folder(name: str) -> Path:
    """Return where the description and the tokenizer of a text model lie: MiniLM is on every machine."""
    if name == _MINILM:
        return teacher_folder()
    return Path(name) if Path(name).is_dir() else names.fetch_texts(name)
