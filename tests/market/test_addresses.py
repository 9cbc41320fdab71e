"""Addresses: one's own, one default, nothing in them that could leave its line."""

import pytest

from core import limits
from core.errors import Invalid
from market.actions.addresses import create_address, edit_address
from market.countries import check_country, countries, country_name
from market.models import Address

from .deals import outcomes

pytestmark = pytest.mark.django_db
URL = "/api/v1/market/addresses"
BERLIN = {"name": "Bob Meier", "line1": "Torstraße 1", "postcode": "10119", "city": "Berlin", "country": "de"}


def test_the_first_is_the_default_and_there_is_always_one(api, bob):
    first = api(bob).post(URL, BERLIN, format="json")
    assert (first.status_code, first.json()["is_default"], first.json()["country"]) == (201, True, "DE")
    second = api(bob).post(URL, {**BERLIN, "name": "Bob at work"}, format="json").json()
    assert not second["is_default"]
    assert api(bob).patch(f"{URL}/{second['id']}", {"is_default": True}, format="json").json()["is_default"]
    assert [one["id"] for one in api(bob).get(URL).json()["addresses"]] == [second["id"], first.json()["id"]]
    assert api(bob).patch(f"{URL}/{second['id']}", {"is_default": False}, format="json").json()["is_default"]
    assert api(bob).delete(f"{URL}/{second['id']}").status_code == 204
    assert api(bob).get(f"{URL}/{first.json()['id']}").json()["is_default"]


def test_foreign_addresses_are_not_there(api, alice, bob, charlie):
    address = create_address(by=bob, **BERLIN)
    for path in (f"{URL}/{address.pk}", f"{URL}/{2**62}", f"{URL}/{2**70}"):
        assert api(charlie).get(path).status_code == 404
        assert api(charlie).patch(path, {"city": "Bonn"}, format="json").status_code == 404
        assert api(charlie).delete(path).status_code == 404
    assert api(charlie).get(URL).json() == {"addresses": []}
    assert api().get(URL).status_code == 401
    assert Address.objects.get().city == "Berlin"


def test_the_owner_cannot_be_chosen(api, alice, bob):
    api(bob).post(URL, {**BERLIN, "user": alice.pk, "user_id": alice.pk, "id": 7}, format="json")
    assert Address.objects.get().user == bob


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "Bob\nReturn to: Eve", "bad_characters"), ("city", "Ber\x07lin", "bad_characters"),
        ("line1", "a\u2028b", "bad_characters"), ("name", "\u202e", "field_needed"),
        ("country", "XX", "unknown_country"),
        ("country", "EU", "unknown_country"), ("phone", "call me", "bad_phone"), ("name", "   ", "field_needed"),
    ],
)  # fmt: skip
def test_what_is_refused(api, bob, field, value, code):
    answer = api(bob).post(URL, {**BERLIN, field: value}, format="json")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)
    address = create_address(by=bob, **BERLIN)
    with pytest.raises(Invalid, match=code):
        edit_address(by=bob, address_id=address.pk, **{field: value})


@pytest.mark.parametrize("missing", ["name", "line1", "city", "country"])
def test_what_is_needed(api, bob, missing):
    body = {name: value for name, value in BERLIN.items() if name != missing}
    assert missing in api(bob).post(URL, body, format="json").json()["fields"]


def test_directions_are_straightened(bob):
    assert create_address(by=bob, **{**BERLIN, "name": " Bob\u202e  Meier "}).name == "Bob Meier"


def test_no_more_than_twenty(bob, api, monkeypatch):
    monkeypatch.setattr(limits, "ADDRESSES_PER_PERSON", 2)
    for _one in range(2):
        create_address(by=bob, **BERLIN)
    assert api(bob).post(URL, BERLIN, format="json").json()["code"] == "too_many_addresses"


def test_countries():
    assert (check_country(" ch "), country_name("CH")) == ("CH", "Switzerland")
    assert len(countries()) == 250
    assert "EU" not in dict(countries())


@pytest.mark.django_db(transaction=True)
def test_two_devices_make_a_default_at_once(bob):
    outcomes(*[lambda: create_address(by=bob, is_default=True, **BERLIN)] * 5)
    assert Address.objects.filter(user=bob).count() == 5
    assert Address.objects.filter(user=bob, is_default=True).count() == 1
