"""Histories: what one answer names is asked for next, by everybody, each time in a new town."""

from functools import cache
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from schemathesis import Case, CheckFunction, Response
from schemathesis.generation.stateful.state_machine import (
    APIStateMachine,
    RecordingStateMachine,
    StepInput,
    StepOutput,
)

from killrvideo.domain.access import Role
from tests.fuzz.aiming import aim
from tests.fuzz.description import EXAMPLES, described
from tests.fuzz.fitness import unfit_checks
from tests.fuzz.inhabitants import NOT_LINKED
from tests.fuzz.site import SITE, Site

STEPS = 10


class History(RecordingStateMachine):
    role: Role | None

    def setup(self) -> None:
        SITE.open(self.role)
        self._restored = False

    def teardown(self) -> None:
        SITE.close()

    def step(self, input: StepInput) -> StepOutput:  # noqa: A002 - the tool's name
        SITE.cases += 1
        is_first = input.transition is None
        aim(input.case, SITE.known if is_first else {name: SITE.known[name] for name in NOT_LINKED})
        return super().step(input)

    def get_call_kwargs(self, case: Case) -> dict[str, Any]:
        return {"headers": SITE.headers}

    def validate_response(
        self,
        response: Response,
        case: Case,
        additional_checks: list[CheckFunction] | None = None,
        **kwargs: Any,
    ) -> None:
        self._restored |= case.path.endswith("/restore") and response.status_code == 200
        case.validate_response(
            response,
            headers=SITE.headers,
            additional_checks=additional_checks,
            excluded_checks=unfit_checks(case, self.role, restored=self._restored),
            transport_kwargs=kwargs,
            recorder=self.recorder,
        )


@cache
def linked_operations() -> type[APIStateMachine]:
    """The tool itself finds what answers name of what requests need, by the names and shapes of both.

    It does not know that aliases are of the same things.
    """
    return described(SITE).exclude(deprecated=True).as_state_machine()


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "anonymous")
def test_history(role: Role | None, site: Site) -> None:
    histories = cast(type[APIStateMachine], type("Histories", (History, linked_operations()), {"role": role}))
    histories.run(
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
    )
