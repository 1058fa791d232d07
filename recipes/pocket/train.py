"""Training of the pocket image encoder on disk: data, checkpoints, log, evaluation, weights."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from embedding_core.base.types import Progress, no_progress
from recipes.pocket.data import Corpus, drawn_rows, load_corpus
from recipes.pocket.eval import evaluate_folder, mean_top1
from recipes.pocket.learner import Learner, train
from recipes.pocket.model import TowerConfig, encode_pictures, export, load_weights
from recipes.pocket.objective import Objective
from recipes.pocket.options import RunOptions
from recipes.pocket.params import PocketParams
from recipes.pocket.targets import taught_targets, text_targets
from recipes.pocket.teacher import load_lessons
from recipes.pocket.text import encode_labels, load_words

TEACHER = Path("teacher") / "tf2_mobilenet_v2_1.0_224_ptq.tflite"
CHECKPOINT = "checkpoint.safetensors"
LOG = "log.jsonl"


def prepare(
    data: Path, extra: list[Path], cache: Path, params: PocketParams, progress: Progress = no_progress
) -> tuple[Corpus, Objective]:
    """Return the pictures of a folder and of extra files, and what they are drawn to; the teacher is optional."""
    import torch

    corpus = load_corpus(data / "train.parquet", cache, progress=progress)
    for path in extra:
        corpus += load_corpus(path, cache, progress=progress)
    texts = text_targets(corpus, cache)
    taught = None
    if (data / TEACHER).is_file():
        lessons = load_lessons(data / TEACHER, corpus, cache, progress)
        words = load_words()
        banks = [torch.from_numpy(encode_labels(list(names), cache)) for names in (words.classes, words.concepts)]
        taught = taught_targets(lessons, texts, *banks)
    drawn = torch.from_numpy(drawn_rows(corpus.sets, params.drawn_sets))
    if taught is not None:
        taught.trust[drawn] = 0  # it was shown photographs only
    softening = torch.where(drawn, params.drawn_softening, params.softening)
    return corpus, Objective(texts, taught, params.loss, softening)


@dataclass
class Watcher:
    """Looks after a run on disk: log lines, checkpoints, evaluation, a graceful end."""

    data: Path
    out: Path
    log_every: int
    evaluate_every: int
    stopped: bool = False
    sums: dict[str, float] = field(default_factory=dict)
    steps: int = 0
    since: float = field(default_factory=time.monotonic)

    def stop(self, *_: object) -> None:
        """Ask the run to end after the step in progress."""
        self.stopped = True

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take an interrupt or a request to end as `stop`, for a while."""
        before = {number: signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def __call__(self, learner: Learner, losses: dict[str, float]) -> bool:
        """Take note of a step; return False when the run should end."""
        self.steps += 1
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
        if learner.step % self.log_every == 0:
            self._log(learner)
            learner.save(self.out / CHECKPOINT)
        if learner.step % self.evaluate_every == 0:
            self.evaluate(learner)
        return not self.stopped

    def _log(self, learner: Learner) -> None:
        seconds = time.monotonic() - self.since
        means = {name: round(value / self.steps, 4) for name, value in self.sums.items()}
        rate = round(self.steps * learner.params.batch / seconds, 1)
        self.write({"samples": learner.step * learner.params.batch, "pictures_per_second": rate} | means)
        self.sums, self.steps, self.since = {}, 0, time.monotonic()

    def evaluate(self, learner: Learner) -> None:
        """Score the averaged weights, write the figures, keep the weights."""
        from safetensors.torch import save_file

        tower = learner.averaged_tower()
        size = learner.params.image_size
        scores = evaluate_folder(self.data, lambda encoded: encode_pictures(tower, encoded, size), self.out / "cache")
        figures = {f"{score.kind}: {score.name}": round(score.value, 4) for score in scores}
        self.write({"samples": learner.step * learner.params.batch, "mean_top1": round(mean_top1(scores), 4)} | figures)
        scale = str(float(learner.scales[0].detach()))
        save_file(tower.state_dict(), self.out / "averaged.safetensors", metadata={"scale": scale})
        self.since = time.monotonic()

    def write(self, entry: dict[str, Any]) -> None:
        """Append one line to the log."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with (self.out / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"time": stamp} | entry) + "\n")


def export_average(learner: Learner, out: Path) -> str:
    """Write the averaged weights for open_clip to the folder `out/model`; return their SHA-256."""
    config = TowerConfig(learner.params.architecture, learner.params.image_size)
    return export(learner.ema, float(learner.scales[0].detach()), config, out / "model")


def run(options: RunOptions, params: PocketParams) -> dict[str, Any]:
    """Train from the newest checkpoint of `out`, else from `start`, else from nothing; return how far it got."""
    import torch

    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    learner = Learner(params, load_weights(options.start) if options.start else None)
    if (options.out / CHECKPOINT).is_file():
        learner.restore(options.out / CHECKPOINT)
    if not options.export:
        corpus, objective = prepare(options.data, list(options.extra), options.out / "cache", params)
        watcher = Watcher(options.data, options.out, options.log_every, options.evaluate_every)
        with watcher.listening():
            train(learner, corpus, objective, watcher)
        learner.save(options.out / CHECKPOINT)
        if not watcher.stopped:
            watcher.evaluate(learner)
    done = learner.step >= params.steps
    if options.export or done:
        export_average(learner, options.out)
    return {"samples": learner.step * params.batch, "done": done, "out": str(options.out)}
