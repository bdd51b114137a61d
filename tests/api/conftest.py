"""What every test of the API may ask for."""

import pytest

from tests.api.desk import Desk, a_desk


@pytest.fixture
def desk() -> Desk:
    """The API over an office, in memory."""
    return a_desk()
