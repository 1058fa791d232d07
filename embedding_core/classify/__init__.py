"""Classification: classifiers trained on labels, their scores, label errors, label spreading and zero-shot."""

from embedding_core.base.statistics import Interval
from embedding_core.classifiers.classifier import Classifier, LinearClassifier, NeighborClassifier
from embedding_core.classifiers.evaluate import Predictions, cross_validate, judge, judge_probabilities
from embedding_core.classifiers.measures import Calibration, ClassifierScores, calibration, confusion, score
from embedding_core.classifiers.methods import ClassifierMethod, ClassifierParams, fit
from embedding_core.classifiers.split import SplitParams, assign_folds
from embedding_core.classify.curve import CurveParams, LearningCurve, learning_curve
from embedding_core.classify.saved import SavedClassifier, load_classifier, save_classifier
from embedding_core.classify.spreading import SpreadParams, SpreadResult, spread_labels
from embedding_core.classify.suspects import Suspects, suspect_labels
from embedding_core.data.labels import Labels, labels_like, labels_of

__all__ = [
    "Calibration",
    "Classifier",
    "ClassifierMethod",
    "ClassifierParams",
    "ClassifierScores",
    "CurveParams",
    "Interval",
    "Labels",
    "LearningCurve",
    "LinearClassifier",
    "NeighborClassifier",
    "Predictions",
    "SavedClassifier",
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
    "judge_probabilities",
    "labels_like",
    "labels_of",
    "learning_curve",
    "load_classifier",
    "save_classifier",
    "score",
    "spread_labels",
    "suspect_labels",
]
