"""Classes learned from labels, how well they are learned, and which labels look wrong."""

from embedding_core.classification.classifier import Classifier, LinearClassifier, NeighborClassifier
from embedding_core.classification.curve import CurveParams, LearningCurve, learning_curve
from embedding_core.classification.evaluate import Predictions, cross_validate, judge, judge_chances
from embedding_core.classification.labels import Labels, labels_like, labels_of
from embedding_core.classification.measures import Calibration, Interval, Scores, calibration, confusion, score
from embedding_core.classification.methods import ClassifierParams, Method, fit
from embedding_core.classification.saved import SavedClassifier, load_classifier, save_classifier
from embedding_core.classification.split import SplitParams, assign_folds
from embedding_core.classification.spreading import SpreadParams, SpreadResult, spread_labels
from embedding_core.classification.suspects import Suspects, suspect_labels

__all__ = [
    "Calibration",
    "Classifier",
    "ClassifierParams",
    "CurveParams",
    "Interval",
    "Labels",
    "LearningCurve",
    "LinearClassifier",
    "Method",
    "NeighborClassifier",
    "Predictions",
    "SavedClassifier",
    "Scores",
    "SplitParams",
    "SpreadParams",
    "SpreadResult",
    "Suspects",
    "assign_folds",
    "calibration",
    "confusion",
    "cross_validate",
    "fit",
    "judge",
    "judge_chances",
    "labels_like",
    "labels_of",
    "learning_curve",
    "load_classifier",
    "save_classifier",
    "score",
    "spread_labels",
    "suspect_labels",
]
