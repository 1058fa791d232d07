"""Sentence Transformers' trainer with our batches, our checkpoints, and callbacks to watch and stop it.

Importing this loads torch and the trainer.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.base.sampler import DefaultBatchSampler
from transformers import PrinterCallback, TrainerCallback, TrainerControl, TrainerState

from embedding_core.base.errors import InputError, JobCancelledError
from embedding_core.base.types import Progress
from embedding_core.train.batches import clean_batches, plain_batches
from embedding_core.train.checkpoints import (
    BEST,
    OPTIMIZER,
    STATE_FILE,
    TRAINER_FILE,
    WEIGHTS,
    Best,
    Checkpoints,
    pack_optimizer,
    save_tensors,
    unpack_optimizer,
)
from embedding_core.train.examples import Examples
from embedding_core.train.history import Report
from embedding_core.train.params import Loss, TuneParams

_KEEP_SECONDS = 60.0
"""A checkpoint after each epoch, and as often within one."""
_TRIPLET_MARGIN = 0.3
"""Of cosines. The library's 5 is meant for Euclidean distances, which grow with the vectors; cosines span 2 in all."""

Watch = Callable[[], float]


class Batches(DefaultBatchSampler):
    """The batches of all epochs, drawn before the first: each epoch has as many, and a resume finds its place."""

    def __init__(self, examples: Examples, params: TuneParams) -> None:
        super().__init__(range(len(examples)), batch_size=params.batch_size, drop_last=False)
        self._epochs = []
        for epoch in range(params.epochs):
            rng = np.random.default_rng((params.seed, epoch))
            if params.loss is Loss.MNRL:
                self._epochs.append(list(clean_batches(examples.marks, params.batch_size, rng)))
            else:
                self._epochs.append(list(plain_batches(len(examples), params.batch_size, rng)))
        self._count = min(map(len, self._epochs))
        if self._count == 0:
            raise InputError("All examples have the same vector.", "Use texts that differ in meaning.")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Any:
        yield from self._epochs[self.epoch][: self._count]


class Learner(SentenceTransformerTrainer):
    """Trains; keeps checkpoints without pickles, which the library's own way would write and read."""

    def __init__(self, *args: Any, checkpoints: Checkpoints, best: Best, batches: Batches, **kwargs: Any) -> None:
        self._checkpoints = checkpoints
        self.best = best
        self._batches = batches
        super().__init__(*args, **kwargs)
        self.remove_callback(PrinterCallback)

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """Leave it out: the card is ours."""

    def get_batch_sampler(self, *args: Any, **kwargs: Any) -> Batches:
        return self._batches

    def weights(self) -> dict[str, torch.Tensor]:
        """Return a copy of the model's weights."""
        return {name: tensor.detach().cpu().clone() for name, tensor in self.model.state_dict().items()}

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        self._checkpoints.keep(self.state.global_step, self._write)

    def _write(self, folder: Path) -> None:
        save_tensors(folder / WEIGHTS, self.weights())
        if self.best.weights is not None:
            save_tensors(folder / BEST, self.best.weights)
        if self.optimizer is None or self.lr_scheduler is None:
            return
        tensors, groups = pack_optimizer(self.optimizer.state_dict())
        save_tensors(folder / OPTIMIZER, {"random": torch.get_rng_state(), **tensors})
        state = {
            "groups": groups,
            "schedule": self.lr_scheduler.state_dict(),
            "value": self.best.value,
            "step": self.best.step,
            "stale": self.best.stale,
        }
        (folder / STATE_FILE).write_text(json.dumps(state))
        self.state.save_to_json(str(folder / TRAINER_FILE))

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        folder = Path(resume_from_checkpoint)
        self.model.load_state_dict(load_file(folder / WEIGHTS))
        known = json.loads((folder / STATE_FILE).read_text())
        self.best.value, self.best.step, self.best.stale = known["value"], known["step"], known["stale"]
        if (folder / BEST).is_file():
            self.best.weights = load_file(folder / BEST)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is None or self.optimizer is None or self.lr_scheduler is None:
            return
        known = json.loads((Path(checkpoint) / STATE_FILE).read_text())
        tensors = load_file(Path(checkpoint) / OPTIMIZER)
        tensors.pop("random")
        self.optimizer.load_state_dict(unpack_optimizer(tensors, known["groups"]))
        self.lr_scheduler.load_state_dict(known["schedule"])

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            torch.set_rng_state(load_file(Path(checkpoint) / OPTIMIZER)["random"])


class Watcher(TrainerCallback):
    """Tells how training goes, measures after each epoch, stops when there is nothing to gain or somebody asks."""

    def __init__(self, params: TuneParams, best: Best, report: Report, progress: Progress, watch: Watch | None) -> None:
        self._params = params
        self._best = best
        self._report = report
        self._progress = progress
        self._watch = watch
        self._kept = time.monotonic()
        self._cancelled: JobCancelledError | None = None
        self.learner: Learner | None = None

    def on_log(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Report a loss."""
        logs = kwargs["logs"]
        if "loss" in logs:
            self._report({"step": state.global_step, "loss": round(float(logs["loss"]), 5)})

    def on_step_end(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> TrainerControl:
        """Report progress; on a cancel, save a checkpoint and stop."""
        if time.monotonic() - self._kept > _KEEP_SECONDS:
            control.should_save = True
            self._kept = time.monotonic()
        try:
            self._progress(state.global_step, state.max_steps)
        except JobCancelledError as cancelled:
            self._cancelled = cancelled
            control.should_save = True
        return control

    def on_save(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Stop now, if asked to: the loss of this step is reported and the checkpoint saved."""
        if self._cancelled is not None:
            raise self._cancelled

    def on_epoch_end(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> TrainerControl:
        """Measure, keep the best weights, and save a checkpoint."""
        control.should_save = True
        self._kept = time.monotonic()
        if self._watch is None or self.learner is None:
            return control
        value, best = self._watch(), self._best
        self._report({"step": state.global_step, "epoch": round(state.epoch or 0), "watched": round(value, 5)})
        if self._params.patience:
            if value > best.value:
                best.value, best.step, best.stale = value, state.global_step, 0
                best.weights = self.learner.weights()
            else:
                best.stale += 1
            if best.stale >= self._params.patience and state.global_step < state.max_steps:
                control.should_training_stop = True
                why = f"no improvement for {best.stale} epochs; restored step {best.step}"
                self._report({"step": state.global_step, "stopped": why})
        return control


def arguments(params: TuneParams, folder: str, half: bool) -> SentenceTransformerTrainingArguments:
    """Return the library's training arguments; `folder` is empty afterwards."""
    return SentenceTransformerTrainingArguments(
        output_dir=folder,
        num_train_epochs=params.epochs,
        per_device_train_batch_size=params.batch_size,
        learning_rate=params.learning_rate,
        warmup_steps=params.warmup,
        bf16=half,
        seed=params.seed,
        logging_strategy="steps",
        logging_steps=1,
        save_strategy="no",
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
        use_cpu=True,
    )


def loss_of(model: SentenceTransformer, params: TuneParams) -> torch.nn.Module:
    """Return the library's loss."""
    from sentence_transformers.sentence_transformer import losses

    loss: torch.nn.Module
    if params.loss is Loss.MNRL:
        loss = losses.MultipleNegativesRankingLoss(model)
    elif params.loss is Loss.CONTRASTIVE:
        loss = losses.ContrastiveLoss(model)
    elif params.loss is Loss.TRIPLET:
        by_cosine = losses.TripletDistanceMetric.COSINE
        loss = losses.TripletLoss(model, distance_metric=by_cosine, triplet_margin=_TRIPLET_MARGIN)
    else:
        loss = losses.CosineSimilarityLoss(model)
    return losses.MatryoshkaLoss(model, loss, list(params.matryoshka)) if params.matryoshka else loss
