"""What the browser knows of the server is written by the server."""

from core import contract


def test_contract_js_is_not_stale():
    assert contract.path().read_text() == contract.text(), "run manage.py contract"


def test_contract_names_events_commands_and_codes():
    text = contract.text()
    assert '"message.created"' in text
    assert '"message.send"' in text
    assert '"slow_mode": 429' in text
    assert "@typedef {object} MessageJSON" in text
