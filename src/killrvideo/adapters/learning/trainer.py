"""Learning in this process, off the loop."""

import asyncio
import importlib
from collections.abc import Iterable
from typing import cast

from killrvideo.domain.learning import Interaction
from killrvideo.service_interfaces.learning import Lesson

LESSON = "killrvideo.adapters.learning.lesson"
"""Loaded when it is first needed: numpy and scipy take a moment."""


class LocalTrainer:
    """Keeps Trainer."""

    async def prepare(self, interactions: Iterable[Interaction]) -> Lesson:
        return await asyncio.to_thread(self._lesson, interactions)

    def _lesson(self, interactions: Iterable[Interaction]) -> Lesson:
        return cast(Lesson, importlib.import_module(LESSON).LocalLesson(interactions))
