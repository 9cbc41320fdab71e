"""German and Russian are whole: nothing missing, nothing half done, nothing said with the wrong values in it."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils.translation import override
from django.utils.translation.template import templatize

from messenger.strings import later_strings, strings

LOCALE = Path(settings.BASE_DIR) / "locale"
CATALOGUES = sorted(LOCALE.rglob("django.po"))
OWN = [LOCALE / language / "LC_MESSAGES" / "django.po" for language in ("de", "ru")]
SOURCES = ("accounts", "calls", "config", "core", "market", "messenger", "moderation", "news", "templates")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
VALUE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|</?\w[^>]*>")

# The same word in the other language, or no word at all.
SAME = {
    "de": {
        "Admin", "Album", "Audio", "Chats", "Details", "Info", "Link", "Links", "Name", "Pause", "Position", "Status",
        "Tenfold", "Video", "Videos", "admin", "offline", "online", "{name} in {chat}: {text}", "{name}: {text}",
    },
    "ru": {"{name}: {text}"},
}  # fmt: skip


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def entries(path: Path) -> Iterator[Any]:
    return (message for message in catalogue(path) if message.id)


def key_of(message: Any) -> tuple[str | None, str]:
    context = message.context.decode() if isinstance(message.context, bytes) else message.context  # as read_mo has it
    return context, message.id if isinstance(message.id, str) else message.id[0]


def forms_of(text: Any) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def name_of(path: Path) -> str:
    return str(path.relative_to(LOCALE).parent.parent)


def words_in_the_code() -> set[tuple[str | None, str]]:
    found = set()
    for folder in SOURCES:
        for path in (Path(settings.BASE_DIR) / folder).rglob("*"):
            if path.suffix not in ({".py", ".html", ".txt"} if folder == "templates" else {".py"}):
                continue
            text = path.read_text()
            code = text if path.suffix == ".py" else templatize(text)
            for _line, words, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
                word = words if isinstance(words, str) else words[0]
                found.add((context, word))
    return found


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_what_is_compiled_is_what_is_written(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {key_of(message): forms_of(message.string) for message in read_mo(file) if message.id}
    assert compiled == {key_of(message): forms_of(message.string) for message in entries(path)}


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_every_entry_is_translated(path):
    assert not [message.id for message in entries(path) if message.fuzzy or not all(forms_of(message.string))]


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_values_and_markup_are_kept(path):
    for message in entries(path):
        wanted = sorted(VALUE.findall(forms_of(message.id)[-1]))
        alone = sorted(VALUE.findall(forms_of(message.id)[0]))
        for index, form in enumerate(forms_of(message.string)):
            assert sorted(VALUE.findall(form)) in ([wanted, alone] if index == 0 else [wanted]), (message.id, form)


@pytest.mark.parametrize("path", OWN, ids=name_of)
def test_the_words_are_those_of_the_code(path):
    """If not, run `make messages` and translate what is new."""
    assert {key_of(message) for message in entries(path)} == words_in_the_code()


def test_russian_has_a_form_for_each_number():
    with override("ru"):
        said: Any = strings()["members.count"]
    assert (said["one"], said["few"], said["many"]) == ("{n} участник", "{n} участника", "{n} участников")


@pytest.mark.parametrize("language", ["de", "ru"])
def test_the_chat_app_has_no_english_left(language):
    with override("en"):
        english = {**strings(), **later_strings()}
    with override(language):
        said = {**strings(), **later_strings()}
    same = {text for key, text in said.items() if isinstance(text, str) and text == english[key]}
    counted = {key for key, forms in said.items() if isinstance(forms, dict) and forms == english[key]}
    assert same - SAME[language] == set()
    assert counted == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Willkommen zurück", "Benutzername, E-Mail oder Telefonnummer", "Mit Passkey anmelden")),
        ("ru", ("С возвращением", "Имя пользователя, почта или телефон", "Войти с ключом доступа")),
    ],
)
def test_signing_in_speaks_the_language_of_the_browser(language, words):
    page = Client(headers={"Accept-Language": language}).get("/accounts/login/").content.decode()
    assert f'<html lang="{language}"' in page
    for word in (*words, "Tenfold"):
        assert word in page
    assert "Welcome back" not in page
