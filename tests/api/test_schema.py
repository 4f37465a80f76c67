"""Every route of the API, fuzzed from its own schema: no crash, no answer that the schema does not tell."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from server.api import create_app

# 413 is a refusal, too: a body above the limit is not read, so nobody knows what else is wrong with it.
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]
config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
schema = schemathesis.openapi.from_dict(create_app().openapi(), config=config)

# A schema cannot say everything: sizes in bytes, that a topology names each CPU once, that C must compile.
TOLD_IN_WORDS = [CHECKS.get_one("positive_data_acceptance")]


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_answer_surprises(case: schemathesis.Case, address: str) -> None:
    case.call_and_validate(base_url=f"http://{address}", excluded_checks=TOLD_IN_WORDS)
