"""What every test of the API may ask for."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.api.desk import Desk, a_desk


@pytest.fixture
def desk(attacked: Mapping[str, Any]) -> Desk:
    """The API over an office, in memory; on PostgreSQL for an attack."""
    return a_desk(**attacked)
