"""A receiver on this machine, and a shop that has named it."""

import pytest

from market.actions import webhooks
from market.models import WebhookEndpoint
from tests.core.hostile import Site
from tests.market.scenes import make_shop


@pytest.fixture
def site(settings):
    settings.WEBHOOK_LOOPBACK = True
    with Site() as server:
        server.page("/hook", "ok")
        server.page("/other", "ok")
        yield server
        server.shutdown()


@pytest.fixture
def endpoint(alice, site) -> WebhookEndpoint:
    make_shop(alice)
    return webhooks.create_endpoint(by=alice, url=site.url("/hook"))
