"""Every route of the API, fuzzed from its own schema: no crash, no answer that the schema does not tell."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from server.api import BODY_BYTES_MAX, create_app

schema = schemathesis.openapi.from_dict(create_app().openapi())

# A schema cannot say everything: sizes in bytes, that a topology names each CPU once, that C must compile.
TOLD_IN_WORDS = [CHECKS.get_one("positive_data_acceptance")]


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_answer_surprises(case: schemathesis.Case, address: str) -> None:
    response = case.call(base_url=f"http://{address}")
    if response.status_code == 413:  # what is too long for any body is refused before a route reads it
        assert len(response.request.body or "") > BODY_BYTES_MAX
        return
    case.validate_response(response, excluded_checks=TOLD_IN_WORDS)
