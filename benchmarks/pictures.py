"""Picture files on disk to CLIP vectors, ours against open_clip's loop: open with Pillow, `preprocess`, `encode_image`.

Both run one ViT-B-32 with the same random weights: speed does not depend on what they are. pocket-clip takes its turn
through our loader.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import numpy as np
import open_clip
import torch
from open_clip.push_to_hf_hub import save_config_for_hf
from PIL import Image
from safetensors.torch import save_file

from benchmarks.machine import describe_machine
from embedding_core import encoders
from embedding_core.base.types import Matrix
from embedding_core.encoders.image.clip import ClipEncoder

MODEL, POCKET = "ViT-B-32", "pocket-clip"
BATCH = 32
"""Of the stock loop; one at a time it is slower still."""
PICTURES, POCKET_PICTURES = 96, 8 * 96
"""So that what takes an instant keeps the cores busy for about a second too."""
COUNTS = (200, 2_000)
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def run(folder: Path, repeats: int = 3, memory: bool = True) -> dict[str, object]:
    """Return medians and their ratios; they take turns in one process, all warm."""
    files, more = picture_files(folder, PICTURES), picture_files(folder, POCKET_PICTURES)
    with tempfile.TemporaryDirectory() as name:
        model_folder = Path(name)
        save_model(model_folder)
        ours, stock = _ours(model_folder), _stock(model_folder)
        pocket = _ours(POCKET)
        ours(files[:8]), stock(files[:8]), pocket(files[:8])
        ours_runs: list[float] = []
        stock_runs: list[float] = []
        pocket_runs: list[float] = []
        for _ in range(repeats):
            ours_s, vectors = _timed(ours, files)
            stock_s, theirs = _timed(stock, files)
            ours_runs.append(ours_s)
            stock_runs.append(stock_s)
            pocket_runs.append(_timed(pocket, more)[0] * len(files) / len(more))
        peaks = {f"memory_mb_at_{count}": _peak(model_folder, folder, count) for count in COUNTS if memory}
        return {
            "model": MODEL,
            "pictures": len(files),
            "ours_per_s": round(len(files) / median(ours_runs), 1),
            "stock_per_s": round(len(files) / median(stock_runs), 1),
            "ratio": round(median(b / a for a, b in zip(ours_runs, stock_runs, strict=True)), 2),
            "median_cosine": round(float(np.median((vectors * theirs).sum(axis=1))), 5),
            **_shares(model_folder, files[:32]),
            "pocket_per_s": round(len(files) / median(pocket_runs), 1),
            "pocket_times_ours": round(median(a / b for a, b in zip(ours_runs, pocket_runs, strict=True)), 1),
            "pocket_times_stock": round(median(a / b for a, b in zip(stock_runs, pocket_runs, strict=True)), 1),
            **{f"pocket_{name}": value for name, value in _shares(POCKET, files[:32]).items()},
            **peaks,
            "runs": {
                "ours_s": [round(s, 2) for s in ours_runs],
                "stock_s": [round(s, 2) for s in stock_runs],
                "pocket_s": [round(s, 2) for s in pocket_runs],
            },
        }


def picture_files(folder: Path, count: int) -> list[Path]:
    """Return so many files of pictures in a folder, over and over where there are fewer."""
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
    if not found:
        raise SystemExit(f"There are no pictures in {folder}.")
    return list(islice(cycle(found), count))


def save_model(folder: Path) -> None:
    """Write a model with random weights as open_clip does for the hub."""
    torch.manual_seed(0)
    model = open_clip.create_model(MODEL)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    save_config_for_hf(model, folder / "open_clip_config.json", open_clip.get_model_config(MODEL))


def _encoder(model: Path | str) -> ClipEncoder:
    encoder = encoders.load(encoders.resolve(str(model)))
    assert isinstance(encoder, ClipEncoder)
    return encoder


def _ours(model: Path | str) -> Callable[[list[Path]], Matrix]:
    encoder = _encoder(model)
    return lambda files: encoder.encode_images([path.read_bytes for path in files]).vectors


def _stock(model_folder: Path) -> Callable[[list[Path]], Matrix]:
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{model_folder}")
    model.eval()

    def encode(files: list[Path]) -> Matrix:
        parts = []
        for start in range(0, len(files), BATCH):
            pictures = torch.stack([preprocess(Image.open(path)) for path in files[start : start + BATCH]])
            parts.append(model.encode_image(pictures, normalize=True))
        vectors: Matrix = torch.cat(parts).numpy()
        return vectors

    return partial(_without_gradients, encode)


def _without_gradients(encode: Callable[[list[Path]], Matrix], files: list[Path]) -> Matrix:
    with torch.inference_mode():
        return encode(files)


def _timed(encode: Callable[[list[Path]], Matrix], files: list[Path]) -> tuple[float, Matrix]:
    start = time.perf_counter()
    vectors = encode(files)
    return time.perf_counter() - start, vectors


def _shares(model: Path | str, files: list[Path]) -> dict[str, float]:
    """Return what a picture costs one core in reading and decoding, and in all."""
    encoder = _encoder(model)
    read = encoder.picture_input.read
    spent = {"decode": 0.0, "all": 0.0}
    data = [path.read_bytes() for path in files]
    start = time.process_time()
    for picture in data:
        read(picture)
    spent["decode"] = time.process_time() - start
    encoder.encode_images([path.read_bytes for path in files])
    start = time.process_time()
    encoder.encode_images([path.read_bytes for path in files])
    spent["all"] = time.process_time() - start
    return {
        "decode_ms": round(1_000 * spent["decode"] / len(files), 1),
        "all_ms": round(1_000 * spent["all"] / len(files), 1),
        "decode_share": round(spent["decode"] / spent["all"], 2),
        "model_share": round(1 - spent["decode"] / spent["all"], 2),
    }


def _peak(model_folder: Path, folder: Path, count: int) -> dict[str, int]:
    """Return the memory, in MB, that a fresh process takes to encode so many pictures."""
    command = [sys.executable, "-m", "benchmarks.pictures", "--folder", str(folder)]
    command += ["--peak", str(count), "--model", str(model_folder)]
    before, most = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return {"loaded": int(before), "most": int(most)}


def _memory_mb(model_folder: Path, files: list[Path]) -> tuple[int, int]:
    """Return the memory before the pictures, with the model loaded, and the most while they are encoded (Linux)."""
    encode = _ours(model_folder)
    encode(files[:1])
    before = _status_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # sets the mark of the most memory to what there is now
    encode(files)
    return before, _status_mb("VmHWM")


def _status_mb(field: str) -> int:
    # Not `ru_maxrss`: that begins at what the parent had when it started this process.
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{field}:"))) // 1024


def main() -> None:
    """Print the figures with the machine they were measured on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="a folder of photographs")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-memory", action="store_true", help="leave out the peaks, which take most of the time")
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--model", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peak:
        print(*_memory_mb(args.model, picture_files(args.folder, args.peak)))
        return
    found = run(args.folder, args.repeats, not args.no_memory)
    print(json.dumps({"pictures": found, "machine": describe_machine()}, indent=1))


if __name__ == "__main__":
    main()
