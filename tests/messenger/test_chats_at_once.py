"""Two people do the same, or the opposite, at the same moment. On SQLite and on PostgreSQL."""

import pytest

from messenger.models import Chat, Folder, Invite, JoinRequest, Membership, Message, Right

from .conftest import make_chat
from .people import at_once, make_person, signed_in, url

pytestmark = pytest.mark.django_db(transaction=True)


def calling(user, method, address, body=None):
    client = signed_in(user)
    return lambda: getattr(client, method)(address, body, format="json")


def check(chat):
    """What must hold whatever happened: the count is right, the seqs are dense, one owner."""
    chat.refresh_from_db()
    active = Membership.objects.filter(chat=chat, state="active")
    assert chat.member_count == active.count()
    assert active.filter(role="owner").count() == 1
    assert list(Message.objects.filter(chat=chat).order_by("seq").values_list("seq", flat=True)) == list(
        range(1, chat.last_seq + 1)
    )


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


def test_last_use_of_a_link(alice, bob, charlie, group):
    Invite.objects.create(chat=group, token="t" * 22, created_by=alice, max_uses=2, use_count=1)
    people = [charlie, make_person("dana"), make_person("erin"), make_person("frank")]
    answers = at_once(*[calling(person, "post", f"/api/v1/invites/{'t' * 22}/join") for person in people])
    assert statuses(answers) == [200, 410, 410, 410]
    assert Invite.objects.get().use_count == 2
    check(group)
    assert group.member_count == 3


def test_one_person_joins_from_two_devices(alice, charlie, group):
    Invite.objects.create(chat=group, token="t" * 22, created_by=alice, max_uses=5)
    answers = at_once(*[calling(charlie, "post", f"/api/v1/invites/{'t' * 22}/join") for _ in range(3)])
    assert statuses(answers) == [200, 200, 200]
    assert Invite.objects.get().use_count == 1
    check(group)


def test_two_admins_approve_one_request(alice, bob, charlie, group):
    Membership.objects.filter(user=bob).update(role="admin", rights=int(Right.BAN))
    invite = Invite.objects.create(chat=group, token="t" * 22, created_by=alice, needs_approval=True)
    JoinRequest.objects.create(chat=group, user=charlie, invite=invite)
    address = url(group, "join-requests", charlie.pk)
    answers = at_once(calling(alice, "put", address), calling(bob, "put", address))
    assert statuses(answers) == [200, 200]
    assert Message.objects.filter(chat=group).count() == 1
    invite.refresh_from_db()
    assert invite.use_count == 1
    check(group)


def test_approved_and_refused(alice, bob, charlie, group):
    Membership.objects.filter(user=bob).update(role="admin", rights=int(Right.BAN))
    JoinRequest.objects.create(chat=group, user=charlie)
    address = url(group, "join-requests", charlie.pk)
    approved, refused = at_once(calling(alice, "put", address), calling(bob, "delete", address))
    assert (approved.status_code, refused.status_code) in ((200, 204), (404, 204))
    assert Membership.objects.filter(chat=group, user=charlie).exists() == (approved.status_code == 200)
    check(group)


def test_two_add_the_same_people(alice, bob, charlie, group):
    users = [charlie.pk, make_person("dana").pk, make_person("erin").pk]
    answers = at_once(
        calling(alice, "post", url(group, "members"), {"users": users}),
        calling(bob, "post", url(group, "members"), {"users": users[::-1]}),
    )
    assert statuses(answers) == [200, 200]
    assert sum(len(answer.json()["added"]) for answer in answers) == 3
    assert sum(len(answer.json()["refused"]) for answer in answers) == 3
    check(group)


def test_promoted_while_removed(alice, bob, charlie, group):
    Membership.objects.filter(user=bob).update(role="admin", rights=int(Right(sum(Right))))
    Membership.objects.create(chat=group, user=charlie)
    Chat.objects.filter(pk=group.pk).update(member_count=3)
    promoted, removed = at_once(
        calling(alice, "patch", url(group, "members", charlie.pk), {"role": "admin", "rights": ["pin"]}),
        calling(bob, "delete", url(group, "members", charlie.pk)),
    )
    assert removed.status_code == 204
    assert promoted.status_code in (200, 404)
    row = Membership.objects.get(chat=group, user=charlie)
    assert (row.state, row.role, row.rights) == ("removed", "member", 0)  # a removed admin would be worse than either
    check(group)


def test_admins_remove_each_other(alice, bob, charlie, group):
    Membership.objects.create(chat=group, user=charlie, role="admin")
    Membership.objects.filter(user__in=(bob, charlie)).update(role="admin", rights=int(Right.BAN | Right.PROMOTE))
    Chat.objects.filter(pk=group.pk).update(member_count=3)
    answers = at_once(
        calling(bob, "delete", url(group, "members", charlie.pk)),
        calling(charlie, "delete", url(group, "members", bob.pk)),
    )
    assert statuses(answers) == [204, 404]  # who has just been removed removes nobody
    check(group)
    assert group.member_count == 2


def test_handed_over_while_the_heir_leaves(alice, bob, group):
    at_once(calling(alice, "post", url(group, "owner"), {"user": bob.pk}), calling(bob, "post", url(group, "leave")))
    check(group)


def test_banned_while_joining(alice, charlie, group):
    Chat.objects.filter(pk=group.pk).update(handle="friends")
    at_once(calling(charlie, "post", url(group, "join")), calling(alice, "put", url(group, "bans", charlie.pk)))
    assert Membership.objects.get(chat=group, user=charlie).state == "banned"
    check(group)


def test_last_place_in_a_group(alice, charlie, group, monkeypatch):
    monkeypatch.setattr("core.limits.GROUP_MEMBERS", 3)
    Chat.objects.filter(pk=group.pk).update(handle="friends")
    people = [charlie, make_person("dana"), make_person("erin")]
    answers = at_once(*[calling(person, "post", url(group, "join")) for person in people])
    assert statuses(answers) == [200, 409, 409]
    check(group)


def test_everybody_comes_and_goes_while_all_write(alice, bob, group):
    """Joining, leaving and writing mixed: no count drifts, no seq is skipped, nobody dies of a deadlock."""
    Chat.objects.filter(pk=group.pk).update(handle="friends")
    people = [make_person(f"person{number}") for number in range(4)]

    def come_and_go(person):
        client = signed_in(person)

        def run():
            codes = []
            for _ in range(3):
                codes.append(client.post(url(group, "join")).status_code)
                codes.append(client.patch(url(group, "membership"), {"pinned": True}, format="json").status_code)
                codes.append(client.post(url(group, "leave")).status_code)
            return codes

        return run

    results = at_once(*[come_and_go(person) for person in people])
    assert results == [[200, 200, 204] * 3] * 4
    check(group)


def test_one_handle_for_two_chats(alice, bob, group):
    other = make_chat("group", bob, alice, title="Other")
    answers = at_once(
        calling(alice, "patch", url(group), {"handle": "climbers"}),
        calling(bob, "patch", url(other), {"handle": "Climbers"}),
    )
    assert statuses(answers) == [200, 409]


def test_sixth_pin_and_twin_folders_from_two_devices(alice, bob):
    chats = [make_chat("group", alice, bob, title=f"Group {number}") for number in range(7)]
    for chat in chats[:4]:
        assert calling(alice, "patch", url(chat, "membership"), {"pinned": True})().status_code == 200
    answers = at_once(
        *[calling(alice, "patch", url(chat, "membership"), {"pinned": True}) for chat in chats[4:]],
        calling(alice, "post", "/api/v1/folders", {"name": "Work", "chats": [chats[0].pk, chats[5].pk]}),
        calling(alice, "post", "/api/v1/folders", {"name": "Work", "chats": [chats[5].pk, chats[0].pk]}),
    )
    assert statuses(answers[:3]) == [200, 409, 409]
    assert statuses(answers[3:]) == [201, 409]
    assert Membership.objects.filter(user=alice, pinned_rank__gt=0).count() == 5
    assert Folder.objects.count() == 1
    facts = list(Membership.objects.filter(user=alice, fact_seq__gt=0).values_list("fact_seq", flat=True))
    assert len(facts) == len(set(facts))


def test_one_handle_for_a_person_and_a_chat(alice, bob, group):
    answers = at_once(
        calling(alice, "patch", url(group), {"handle": "Climber"}),
        calling(bob, "patch", "/api/v1/me", {"handle": "climber"}),
    )
    assert statuses(answers) == [200, 409]
    assert [answer.json().get("code") for answer in answers].count("handle_taken") == 1
