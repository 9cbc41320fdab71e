"""NUL characters never reach a view, or PostgreSQL."""

import pytest

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/market/search?q=a%00b", "/market/c/home%00/", "/accounts/login/?next=%00"])
def test_addresses_with_a_nul_are_refused(client, path):
    assert client.get(path).status_code == 400


def test_forms_with_a_nul_are_refused(client, alice):
    client.login(username="alice", password=PASSWORD)
    answer = client.post("/settings/profile/", {"name": "a\0b"})
    assert answer.status_code == 400
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_programs_get_problem_details(api, alice):
    answer = api(alice).get("/api/v1/market/listings/search?q=%00")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
