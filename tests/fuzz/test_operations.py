"""Every operation, tried by everybody with good and bad data: each answer is as the description says."""

import pytest
from hypothesis import HealthCheck, settings
from schemathesis import Case

from killrvideo.domain.access import Role
from tests.fuzz.aiming import aim
from tests.fuzz.description import described
from tests.fuzz.fitness import unfit_checks
from tests.fuzz.site import SITE, Site

schema = described(SITE)


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "anonymous")
@schema.parametrize()
@settings(suppress_health_check=list(HealthCheck))
def test_operation(case: Case, role: Role | None, site: Site) -> None:
    site.cases += 1
    aim(case, site.known)
    unfit = unfit_checks(case, role)
    case.call_and_validate(headers=site.headers, excluded_checks=unfit)
