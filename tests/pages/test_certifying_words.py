"""Claims about the certifier's room in words: why an act was refused is told in the reader's language."""

import pytest

from api.pages.certifying.words import problems_of
from engine.kernel.bilingual import Bilingual
from engine.kernel.refusal import Invalid
from tests.pages.visiting import OpenDesk


@pytest.mark.parametrize(
    ("language", "told"), [("el", "a.bpmn: Κανένας φορέας."), ("en", "a.bpmn: No agency.")]
)
def test_topics_that_nobody_serves_are_told_in_the_readers_language(
    desk: OpenDesk, language: str, told: str
) -> None:
    problem = Bilingual("No agency.", el="Κανένας φορέας.", en="No agency.")
    refused = Invalid("Not in order.", {"a.bpmn": [problem]}, code="topics_refused")

    with desk.desk.app.test_request_context(headers={"Accept-Language": language}):
        found = problems_of(refused)

    assert found == {"act": [told]}
