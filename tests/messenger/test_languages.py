"""Refusals are said in the language of who is refused: over REST, over the socket, and after a change of mind."""

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from tests.messenger.conftest import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)


def speak(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)
    user.refresh_from_db()


def test_the_api_refuses_in_the_language_of_the_profile(alice, api):
    speak(alice, "de")
    refused = api(alice).get("/api/v1/chats/987654321", headers={"Accept-Language": "ru"})
    assert (refused.status_code, refused.json()["detail"]) == (404, "Nicht gefunden.")


def test_without_a_choice_the_browser_decides(alice, api):
    refused = api(alice).get("/api/v1/chats/987654321", headers={"Accept-Language": "ru"})
    assert refused.json()["detail"] == "Не найдено."


def test_a_message_is_refused_in_the_language_of_its_sender(alice, group, send):
    speak(alice, "ru")
    assert send(alice, group, "x" * 9000).json()["detail"] == "Текст слишком длинный."


@pytest.mark.parametrize(
    ("profile", "browser", "detail"),
    [("de", "ru", "Nicht gefunden."), ("", "ru", "Не найдено."), ("", "", "Not found.")],
)
async def test_the_socket_refuses_in_the_language_of_the_person(alice, device, profile, browser, detail):
    await sync_to_async(speak)(alice, profile)
    cookie = await sync_to_async(cookie_of)(alice)
    async with device(cookie, headers=[(b"accept-language", browser.encode())]) as one:
        answer = await one.ask("chat.read", chat=987654321, seq=1)
    assert answer["error"]["detail"] == detail


def test_a_new_choice_holds_from_the_answer_on(alice, api):
    client = api(alice)
    chosen = {"name": "Alice", "handle": "alice", "language": "de"}
    page = client.post("/settings/profile/", chosen, follow=True, headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="de"' in page
    assert "Dein Profil ist gespeichert." in page
    app = client.get("/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="de"' in app
    assert "Noch keine Chats" in app
