"""Each person's own language and time zone, for pages and for the API, and for nobody after them."""

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.conftest import PASSWORD


def signed_in() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    return client


def test_the_profile_wins_over_the_browser(alice):
    User.objects.filter(pk=alice.pk).update(language="ru", time_zone="Asia/Tokyo")
    assert signed_in().get("/settings/")["Content-Language"] == "ru"
    assert Client(headers={"Accept-Language": "de"}).get("/accounts/login/")["Content-Language"] == "de"


def test_nothing_sticks_to_the_thread(alice):
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    signed_in().get("/settings/")
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_zone_that_is_gone_does_no_harm(alice):
    User.objects.filter(pk=alice.pk).update(time_zone="Mars/Olympus")
    assert signed_in().get("/settings/devices/").status_code == 200


def test_a_mail_speaks_the_language_of_who_asks(alice, mailoutbox):
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    client = Client(headers={"Accept-Language": "de"})
    client.post("/accounts/login/code/", {"email": alice.email})
    assert "Hier ist dein Anmeldecode." in mailoutbox[0].body
    assert "Hallo!" in mailoutbox[0].body
