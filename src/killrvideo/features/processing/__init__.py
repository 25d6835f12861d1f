"""Making a submitted video READY, step by step, each a durable job; or ERROR with a reason and a retry."""

from killrvideo.features.processing.desk import Processing, Progress
from killrvideo.features.processing.queueing import StepQueue
from killrvideo.features.processing.retranslating import Retranslating
from killrvideo.features.processing.runner import StepRunner

__all__ = ["Processing", "Progress", "Retranslating", "StepQueue", "StepRunner"]
