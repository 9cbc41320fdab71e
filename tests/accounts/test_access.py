"""Privacy rules and blocks: who may see, write, add and call."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import access
from accounts.models import Audience, Block, User
from core.errors import NotFound

RULES = ("last_seen", "photo", "phone", "write", "group", "call")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("audience", "lets_in"),
    [(Audience.EVERYBODY, {"alice", "charlie"}), (Audience.CONTACTS, {"alice"}), (Audience.NOBODY, set())],
)
def test_each_rule_lets_in_whom_it_names(alice, bob, charlie, rule, audience, lets_in):
    setattr(bob, f"{rule}_privacy", audience)
    assert {user.handle for user in (alice, charlie) if access.is_allowed(user, bob, rule)} == lets_in
    assert access.is_allowed(bob, bob, rule)


def test_a_contact_is_whom_the_owner_added_not_who_added_the_owner(alice, charlie, api):
    api(charlie).post("/api/v1/contacts", {"user": alice.pk}, format="json")
    alice.write_privacy = Audience.CONTACTS
    assert not access.may_write(charlie, alice)


@pytest.mark.parametrize("rule", RULES)
def test_block_shuts_the_blocked_out_of_everything(alice, bob, rule):
    Block.objects.create(owner=bob, user=alice)
    assert not access.is_allowed(alice, bob, rule)


def test_the_blocker_cannot_reach_out_either_but_still_sees(alice, bob):
    Block.objects.create(owner=alice, user=bob)
    assert not access.may_write(alice, bob)
    assert not access.may_call(alice, bob)
    assert not access.may_add_to_group(alice, bob)
    assert access.can_see(alice, bob, "photo")
    assert access.is_blocked(alice, bob)
    assert access.is_blocked(bob, alice)
    assert access.blocked_ids(alice) == {bob.pk}
    assert access.blocked_ids(bob) == set()


def test_signed_out_people_see_only_what_everybody_may(alice):
    assert access.can_see(AnonymousUser(), alice, "photo")
    assert not access.can_see(None, alice, "phone")


def test_deleted_people_let_in_nobody(alice, bob):
    bob.deleted_at = bob.date_joined
    assert not access.may_write(alice, bob)


def test_bulk_costs_two_queries(alice, bob, django_assert_max_num_queries):
    crowd = [
        User(pk=1000 + n, handle=f"u{n}", write_privacy=[Audience.CONTACTS, Audience.EVERYBODY][n % 2])
        for n in range(300)
    ]
    with django_assert_max_num_queries(2):
        assert len(access.allowed(alice, crowd, "write")) == 150


@pytest.mark.parametrize("key", [0, 10**30, "nobody", "@", "@a b", "@ALICE'--", ""])
def test_unknown_people_are_not_found(db, key):
    with pytest.raises(NotFound):
        access.user_for_viewing(None, key)


def test_people_are_found_by_id_and_handle(alice):
    assert access.user_for_viewing(None, alice.pk) == alice
    assert access.user_for_viewing(None, "@Alice") == alice
