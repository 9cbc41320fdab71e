"""The tree of categories."""

import pytest


@pytest.fixture(autouse=True)
def _tree(categories):
    pass
