"""Other people over REST: profiles, contacts, blocks, finding."""

import pytest

from accounts.models import Audience, Block, Contact, Phone, User


def test_profile_shows_what_the_rules_let_through(alice, bob, charlie, api):
    Phone.objects.create(user=alice, number="+4915123456789", is_verified=True)
    User.objects.filter(pk=alice.pk).update(last_seen_at=alice.date_joined, last_seen_privacy=Audience.NOBODY)
    friend = api(bob).get(f"/api/v1/users/{alice.pk}").json()
    stranger = api(charlie).get("/api/v1/users/by-handle/alice").json()
    assert (friend["phone"], friend["is_contact"], friend["last_seen_at"]) == ("+4915123456789", True, None)
    assert (stranger["phone"], stranger["is_contact"], stranger["may_write"]) == (None, False, True)
    assert "email" not in stranger


def test_a_block_is_never_told(alice, bob, api):
    Block.objects.create(owner=bob, user=alice)
    seen = api(alice).get(f"/api/v1/users/{bob.pk}").json()
    assert (seen["is_blocked"], seen["may_write"], seen["last_seen_at"], seen["avatar"]) == (False, False, None, None)


@pytest.mark.parametrize(
    "address", ["/api/v1/users/999999", "/api/v1/users/by-handle/nobody", f"/api/v1/users/{10**17}"]
)
def test_unknown_people_are_404(alice, api, address):
    assert api(alice).get(address).json()["code"] == "user_not_found"


def test_ids_beyond_64_bits_are_404(alice, api):
    assert api(alice).get(f"/api/v1/users/{2**70}").status_code == 404
    assert api(alice).get(f"/api/v1/users?ids={2**63},{alice.pk}").json()["results"][0]["id"] == alice.pk


def test_finding_needs_a_whole_handle_or_a_contact(alice, bob, charlie, api):
    Contact.objects.filter(owner=alice, user=bob).update(alias="Ёжик from work")

    def found(text):
        return [one["handle"] for one in api(alice).get("/api/v1/users", {"q": text}).json()["results"]]

    assert found("bo") == ["bob"]
    assert found("ежик") == ["bob"]
    assert found("WORK") == ["bob"]
    assert found("char") == []
    assert found("@Charlie") == ["charlie"]


def test_many_at_once_cost_a_constant_number_of_queries(alice, bob, charlie, api, django_assert_max_num_queries):
    client = api(alice)
    client.get("/api/v1/me")
    with django_assert_max_num_queries(20):
        assert len(client.get(f"/api/v1/users?ids={alice.pk},{bob.pk},{charlie.pk}").json()["results"]) == 3


class TestContacts:
    def test_added_by_handle_or_id_twice_is_once(self, alice, charlie, api):
        client = api(alice)
        assert client.post("/api/v1/contacts", {"handle": "@Charlie"}, format="json").status_code == 201
        again = client.post("/api/v1/contacts", {"user": charlie.pk, "alias": " C  C "}, format="json")
        assert (again.status_code, again.json()["alias"]) == (200, "C C")
        assert Contact.objects.filter(owner=alice, user=charlie).count() == 1
        assert not Contact.objects.filter(owner=charlie).exists()

    def test_not_myself_not_nobody_not_both(self, alice, charlie, api):
        client = api(alice)
        assert client.post("/api/v1/contacts", {"user": alice.pk}, format="json").json()["code"] == "self"
        assert client.post("/api/v1/contacts", {"handle": "nobody"}, format="json").json()["code"] == "user_not_found"
        assert client.post("/api/v1/contacts", {"user": 1, "handle": "x"}, format="json").json()["code"] == "invalid"
        assert client.post("/api/v1/contacts", {}, format="json").json()["code"] == "invalid"

    def test_the_list_is_mine_and_paged(self, alice, bob, charlie, api):
        api(alice).post("/api/v1/contacts", {"user": charlie.pk}, format="json")
        first = api(alice).get("/api/v1/contacts?limit=1").json()
        second = api(alice).get(f"/api/v1/contacts?limit=1&cursor={first['next']}").json()
        assert {first["results"][0]["user"]["handle"], second["results"][0]["user"]["handle"]} == {"bob", "charlie"}
        assert second["next"] is None
        assert api(charlie).get("/api/v1/contacts").json()["results"] == []

    def test_removed_twice_is_once_and_never_for_another(self, alice, bob, charlie, api):
        assert api(charlie).delete(f"/api/v1/contacts/{bob.pk}").status_code == 204
        assert Contact.objects.filter(owner=alice, user=bob).exists()
        for _ in range(2):
            assert api(alice).delete(f"/api/v1/contacts/{bob.pk}").status_code == 204
        assert not Contact.objects.filter(owner=alice, user=bob).exists()


class TestBlocks:
    def test_blocking_tells_only_my_own_devices(self, alice, bob, api, told, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                assert api(alice).put(f"/api/v1/blocks/{bob.pk}").status_code == 200
        assert [(event.name, event.users) for event in told] == [("blocks.changed", (alice.pk,))]
        assert [one["user"]["handle"] for one in api(alice).get("/api/v1/blocks").json()["results"]] == ["bob"]

    def test_unblocking(self, alice, bob, api):
        Block.objects.create(owner=alice, user=bob)
        assert api(bob).delete(f"/api/v1/blocks/{bob.pk}").status_code == 204
        assert Block.objects.count() == 1
        assert api(alice).delete(f"/api/v1/blocks/{bob.pk}").status_code == 204
        assert Block.objects.count() == 0

    def test_not_myself(self, alice, api):
        assert api(alice).put(f"/api/v1/blocks/{alice.pk}").json()["code"] == "self"
