"""Whatever a person writes into whatever field: it runs nowhere, splits no header, and turns no line around."""

import io
import json
import zipfile

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from accounts.models import Export, User
from accounts.tasks import make_export
from messenger.models import Chat, LinkPreview, Message
from messenger.notices import notice_for
from messenger.webpages import read_page
from moderation.actions.moderators import make_moderator
from tests.conftest import make_user
from tests.messenger.scenes import upload

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
POISON = f"{MARKUP}\u202egnp.exe\r\nSet-Cookie: a=b\r\n\r\n<b>"
SHORT = "<script>a()</script>\u202e\r\nX: y"  # for fields of at most 24 to 64 characters
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def assert_one_line(text: str) -> None:
    assert not set("\r\n\0\x0b\x0c\x85\u2028\u2029") & set(text), text
    assert not TURNING & set(text), text


def assert_inert(answer) -> None:
    """A page on which nothing of it became markup, and whose headers are whole."""
    page = answer.content.decode()
    assert answer.status_code in (200, 404, 422), answer.status_code
    for live in ("<script>a", "<img src=x", "<b>", "{{7*7}}49"):
        assert live not in page.replace("<b>0</b>", ""), live
    assert "Set-Cookie: a" not in str(answer.headers)
    assert "script-src 'self' 'nonce-" in answer["Content-Security-Policy"]


@pytest.fixture
def poisoned(api, alice, bob):
    """Alice has written it everywhere the API lets her."""
    client = api(alice)

    def write(method, path, body):
        answer = getattr(client, method)(f"/api/v1/{path}", body, format="json")
        assert answer.status_code < 300, answer.content
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        return answer.json()

    me = write("patch", "me", {"name": SHORT, "status": SHORT, "bio": POISON})
    for name in ("name", "status"):
        assert_one_line(me[name])
    body = {"kind": "group", "title": POISON[:120], "description": POISON, "members": [bob.pk], "handle": "poison"}
    head = write("post", "chats", body)
    assert_one_line(head["chat"]["title"])
    chat = Chat.objects.get(pk=head["chat"]["id"])
    assert_one_line(write("post", "folders", {"name": SHORT[:24]})["name"])
    file = upload(client, b"<script>alert(1)</script>", name=f"../../{POISON}.html", kind="file")
    assert_one_line(file["name"])
    message = write(
        "post", f"chats/{chat.pk}/messages", {"client_id": "0" * 31 + "1", "text": POISON, "attachments": [file["id"]]}
    )
    contact = write("post", "contacts", {"user": bob.pk, "alias": SHORT})
    assert_one_line(contact["alias"])
    return chat, message, file


def test_pages_show_it_as_text(api, alice, bob, poisoned):
    chat = poisoned[0]
    invite = api(alice).post(f"/api/v1/chats/{chat.pk}/invites", {}, format="json").json()
    api(bob).put(f"/api/v1/blocks/{alice.pk}")
    mine = api(alice)
    mine.get("/api/v1/me", headers={"user-agent": POISON.replace("\r\n", " ")})
    for path in (
        "",
        "profile/",
        "account/",
        "privacy/",
        "notifications/",
        "devices/",
        "contacts/",
        "data/",
        "shortcuts/",
    ):
        assert_inert(mine.get(f"/settings/{path}"))
        assert_inert(api(bob).get(f"/settings/{path}"))
    for path in ("/", f"/c/{chat.pk}"):
        assert_inert(mine.get(path))
    for path in ("/@alice", "/@poison", f"/join/{invite['token']}", f"/join/{MARKUP.replace('/', '')}"):
        assert_inert(api().get(path))


def test_a_refused_form_shows_it_as_text(alice):
    client = Client()
    for path, body in (
        ("/accounts/login/", {"login": MARKUP, "password": MARKUP}),
        ("/accounts/signup/", {"username": MARKUP, "email": MARKUP, "name": MARKUP, "password1": "x"}),
    ):
        assert_inert(client.post(path, body))
        assert_inert(client.get(path, {"next": f"javascript:{MARKUP}"}))
        assert '="javascript:' not in client.get(path, {"next": "javascript:alert(1)"}).content.decode().replace(
            'name="next" value="javascript:', ""
        )
    client.force_login(alice)
    fields = {"name": MARKUP * 3, "handle": MARKUP, "status": MARKUP, "bio": MARKUP, "language": MARKUP}
    assert_inert(client.post("/settings/profile/", fields))
    assert_inert(client.post("/settings/contacts/", {"handle": MARKUP}))


def test_moderators_see_it_as_text(api, alice, bob, poisoned):
    chat, message, _file = poisoned
    for target in ({"target_kind": "message", "seq": message["seq"]}, {"target_kind": "chat"}):
        body = {**target, "chat": chat.pk, "reason": "other", "note": POISON}
        answer = api(bob).post("/api/v1/reports", body, format="json")
        assert answer.status_code == 201, answer.content
    body = {"target_kind": "user", "user": alice.pk, "reason": "spam", "note": POISON}
    report = api(bob).post("/api/v1/reports", body, format="json").json()["id"]
    moderator = make_user("mod")
    make_moderator(user=moderator)
    moderator.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(moderator)
    seen = 0
    for path in (
        "", "moderation/report/", *(f"moderation/report/{report - back}/change/" for back in range(3)),
        "moderation/sanction/", "moderation/auditentry/", "accounts/user/", f"accounts/user/{alice.pk}/change/",
        "messenger/chat/", f"messenger/chat/{chat.pk}/change/",
    ):  # fmt: skip
        page = client.get(f"/admin/{path}")
        if page.status_code == 200:
            text = page.content.decode()
            assert "<script>a" not in text, path
            assert "<img src=x" not in text, path
            seen += "&lt;script&gt;a" in text
    assert seen >= 4


def test_mails_carry_no_header_of_it(api, poisoned):
    body = {"username": "poisoner", "email": "p@example.com", "password": "correct horse 42", "name": SHORT}
    assert api().post("/_allauth/app/v1/auth/signup", body, format="json").status_code in (200, 401)
    assert_one_line(User.objects.get(handle="poisoner").name)
    for path, asked in (("auth/code/request", "alice"), ("auth/password/request", "poisoner")):
        address = User.objects.get(handle=asked).email
        api().post(f"/_allauth/app/v1/{path}", {"email": address}, format="json", headers={"user-agent": SHORT[:20]})
    for path, value in (("auth/code/request", f"a@example.com\r\nBcc: b@example.com{SHORT}"),):
        assert api().post(f"/_allauth/app/v1/{path}", {"email": value}, format="json").status_code == 400
    assert len(mail.outbox) >= 2
    for one in mail.outbox:
        assert_one_line(one.subject)
        assert len(one.recipients()) == 1
        assert not [name for name, _value in one.message().items() if name in ("Set-Cookie", "Bcc", "X")]
        assert one.content_subtype == "plain"


def test_notices_are_one_line_of_plain_text(alice, bob, poisoned):
    chat, message, _file = poisoned
    notice = notice_for(bob, chat, [Message.objects.get(chat=chat, seq=message["seq"])], badge=1)
    for name in ("title", "body", "tag"):
        assert_one_line(notice[name])
    assert notice["url"] == f"/c/{chat.pk}/{message['seq']}"


def test_a_file_comes_as_a_download_under_a_harmless_name(api, bob, poisoned):
    file = poisoned[2]
    answer = api(bob).get(file["url"])
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    value = answer["Content-Disposition"]
    assert value.startswith('attachment; filename="')
    assert value.isascii()
    assert_one_line(value)
    assert value.count('"') == 2
    assert not set("/\\<>") & set(value)


def test_the_copy_of_my_data_has_harmless_names_and_whole_lines(alice, poisoned):
    export = Export.objects.create(user=alice)
    make_export(export=str(export.pk))
    export.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(export.file.read())) as archive:
        for name in archive.namelist():
            assert_one_line(name)
            assert not name.startswith("/")
            assert ".." not in name.split("/")
            assert not set('<>:"\\|?*') & set(name)
        lines = archive.read(f"chats/{poisoned[0].pk}/messages.jsonl").decode().splitlines()
        assert MARKUP in [json.loads(line)["text"][: len(MARKUP)] for line in lines]


def test_what_a_page_says_of_itself_is_one_line_too(api, alice, bob, poisoned):
    html = f"<title>{POISON.replace('<', '&lt;')}</title><meta property='og:site_name' content='a&#13;&#10;b&#8238;c'>"
    page = read_page(html.encode(), url="https://evil.example/")
    assert_one_line(page.title)
    assert_one_line(page.site_name)
    chat, message, _file = poisoned
    preview = LinkPreview.objects.create(url="https://evil.example/", url_hash="1" * 64, title=page.title)
    Message.objects.filter(chat=chat, seq=message["seq"]).update(preview=preview)
    answer = api(bob).get(f"/api/v1/chats/{chat.pk}/messages/{message['seq']}")
    assert answer.json()["preview"]["title"].startswith("<script>alert(1)")  # as text: clients never take it for markup


def test_addresses_in_a_message_run_nothing(api, alice, poisoned):
    chat = poisoned[0]
    for address in ("javascript:alert(1)", "data:text/html,<script>", "vbscript:x", " javascript:x", "//evil.example"):
        body = {
            "client_id": f"{abs(hash(address)):032x}"[:32], "text": "click",
            "entities": [{"type": "link", "offset": 0, "length": 5, "url": address}],
        }  # fmt: skip
        answer = api(alice).post(f"/api/v1/chats/{chat.pk}/messages", body, format="json")
        urls = [one.get("url", "") for one in answer.json().get("entities", [])] if answer.status_code == 201 else []
        assert all(url.startswith(("https://", "http://")) for url in urls), urls
