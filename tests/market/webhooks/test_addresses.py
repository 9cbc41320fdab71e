"""Where webhooks may go, and where not."""

import pytest

from core.worker import run_ready_tasks
from market.actions import webhook_sending, webhooks
from market.models import WebhookEndpoint
from tests.market.scenes import make_shop
from tests.market.webhooks.scene import URL, happen, the_delivery

REFUSED = [
    "http://shop.example/hook", "https://127.0.0.1/hook", "https://10.0.0.1/", "https://[::1]/", "https://127.1/",
    "https://2130706433/", "https://169.254.169.254/latest/meta-data", "https://localhost/x", "https://db.internal/",
    "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://user:password@shop.example/",
    "ftp://shop.example/", "https://shop.example:8443/", "javascript:alert(1)", "https://", "shop.example",
    "https://shop.example/" + "a" * 500,
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_address_inside_is_refused_when_it_is_named(api, alice, url):
    make_shop(alice)
    answer = api(alice).post(URL, {"url": url}, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("bad_webhook_url", "invalid")
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("url", REFUSED[:-1])
def test_address_inside_is_refused_when_it_is_sent_to(alice, url, monkeypatch):
    """A row that came to be in another way, or a name that leads somewhere else by now."""
    endpoint = WebhookEndpoint.objects.create(shop=make_shop(alice), url=url, secret="whsec_x")
    delivery = the_delivery(happen(endpoint.shop))
    run_ready_tasks()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status) == ("waiting", None)
    assert delivery.last_error in ("refused", "bad_url")


def test_name_that_leads_inside_is_refused_when_it_connects(alice, monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: [(2, 1, 6, "", ("10.0.0.7", 443))])
    make_shop(alice)
    endpoint = webhooks.create_endpoint(by=alice, url="https://rebind.example/hook")
    delivery = the_delivery(happen(endpoint.shop))
    webhook_sending.attempt(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.last_error == "refused"


def test_loopback_takes_the_developers_switch(alice, site, settings):
    settings.WEBHOOK_LOOPBACK = False
    make_shop(alice)
    with pytest.raises(Exception, match="bad_webhook_url"):
        webhooks.create_endpoint(by=alice, url=site.url("/hook"))
