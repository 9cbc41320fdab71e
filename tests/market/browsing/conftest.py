"""Nobody has looked at anything yet."""

import pytest

from market.finding.views import views


@pytest.fixture(autouse=True)
def nobody_looked_yet():
    views.forget()
