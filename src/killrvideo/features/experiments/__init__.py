"""Running experiments: making and changing them, reading what they show, and noting what people do."""

from killrvideo.features.experiments.control import ExperimentControl
from killrvideo.features.experiments.desk import ExperimentDesk
from killrvideo.features.experiments.outcomes import Outcomes

__all__ = ["ExperimentControl", "ExperimentDesk", "Outcomes"]
