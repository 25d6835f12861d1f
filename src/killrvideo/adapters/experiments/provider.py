"""What OpenFeature asks: the experiments as this process knows them, in memory."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from killrvideo.domain.experiments import Experiment, ExperimentState, with_declared

T = TypeVar("T")

ROUND = "round"
"""Under this name an answer's metadata have the experiment's round."""
SWITCH = {"on": True, "off": False}
"""What the names of arms mean to whoever asks for a truth value."""


class StoredExperiments(AbstractProvider):
    """Texts are names of arms. Where those are on and off, or on alone, a truth value can be asked for, too;
    other types have no answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self._experiments = with_declared(())

    def get_metadata(self) -> Metadata:
        return Metadata("killrvideo")

    def show(self, stored: Sequence[Experiment]) -> None:
        """Answers by these from now on; an older version than the one that is known changes nothing."""
        read = with_declared(stored)
        newer = {key: one for key, one in read.items() if self._is_newer(one)}
        if newer:
            self._experiments = {**self._experiments, **newer}
            self.emit_provider_configuration_changed(ProviderEventDetails(flags_changed=[*newer]))

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        experiment = self._experiments.get(flag_key)
        if experiment is None:
            return _failed(default_value, ErrorCode.FLAG_NOT_FOUND)
        unit = _unit_of(evaluation_context)
        arm = None if unit is None else experiment.arm_for(unit)
        if arm is None:
            runs = experiment.state is ExperimentState.RUNNING
            return FlagResolutionDetails(default_value, reason=Reason.DEFAULT if runs else Reason.DISABLED)
        return FlagResolutionDetails(
            arm, reason=Reason.SPLIT, variant=arm, flag_metadata={ROUND: experiment.round}
        )

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        found = self.resolve_string_details(flag_key, "", evaluation_context)
        if found.variant is None:
            return FlagResolutionDetails(default_value, reason=found.reason, error_code=found.error_code)
        if found.variant not in SWITCH:
            return _failed(default_value, ErrorCode.TYPE_MISMATCH)
        return FlagResolutionDetails(
            SWITCH[found.variant],
            reason=found.reason,
            variant=found.variant,
            flag_metadata=found.flag_metadata,
        )

    def resolve_integer_details(
        self,
        flag_key: str,  # noqa: ARG002
        default_value: int,
        evaluation_context: EvaluationContext | None = None,  # noqa: ARG002
    ) -> FlagResolutionDetails[int]:
        return _failed(default_value, ErrorCode.TYPE_MISMATCH)

    def resolve_float_details(
        self,
        flag_key: str,  # noqa: ARG002
        default_value: float,
        evaluation_context: EvaluationContext | None = None,  # noqa: ARG002
    ) -> FlagResolutionDetails[float]:
        return _failed(default_value, ErrorCode.TYPE_MISMATCH)

    def resolve_object_details(
        self,
        flag_key: str,  # noqa: ARG002
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,  # noqa: ARG002
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        return _failed(default_value, ErrorCode.TYPE_MISMATCH)

    def _is_newer(self, experiment: Experiment) -> bool:
        known = self._experiments.get(experiment.key)
        return known is None or known.version < experiment.version


def _unit_of(context: EvaluationContext | None) -> UUID | None:
    if context is None or context.targeting_key is None:
        return None
    try:
        return UUID(context.targeting_key)
    except ValueError:
        return None


def _failed(default: T, code: ErrorCode) -> FlagResolutionDetails[T]:
    return FlagResolutionDetails(default, reason=Reason.ERROR, error_code=code)
