"""What the browser knows of cards agrees with what the server says."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from market.models import Listing, Order
from market.money import EXPONENTS
from market.orders import EDGES, moves_of

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js" / "market"


def words() -> set[str]:
    return set(re.findall(r'data-word="([\w.]+)"', render_to_string("market/_templates_cards.html")))


def test_currencies_have_the_same_decimals():
    found = re.search(r"UNUSUAL = \{(.*?)\}", (SCRIPTS / "amounts.js").read_text())
    unusual = json.loads("{" + re.sub(r"(\w+):", r'"\1":', found[1]) + "}")
    assert unusual == {currency: digits for currency, digits in EXPONENTS.items() if digits != 2}


def test_every_move_and_state_of_an_order_has_a_word():
    moves = {move for state in Order.State for way in Order.Fulfilment for role in ("buyer", "seller", "moderator")
             for move in moves_of(Order(state=state, fulfilment=way, total_minor=1), role)}  # fmt: skip
    assert {f"act.{move}" for move in moves} <= words()
    assert {f"orderState.{state}" for state in Order.State} <= words()


def test_every_event_of_an_order_is_said_in_words():
    said = {f"order.order.{edge.event}" for edge in EDGES} | {f"order.{edge.act}" for edge in EDGES}
    known = words()
    silent = [edge.act for edge in EDGES if not {f"order.order.{edge.event}", f"order.{edge.act}"} & known]
    assert silent == []
    assert {"order.refund.succeeded", "order.refund.failed", "order.noun.return", "order.noun.dispute"} <= known
    assert said & known


@pytest.mark.parametrize("noun", ["condition"])
def test_every_condition_has_a_word(noun):
    assert {f"{noun}.{value}" for value in Listing.Condition.values} <= words()


def test_the_words_that_scripts_ask_for_are_there():
    asked = set()
    for script in [*SCRIPTS.glob("card*.js"), SCRIPTS / "share.js"]:
        asked |= set(re.findall(r'\bw\("([\w.]+)"', script.read_text()))
    assert asked - words() == set()


def test_the_pictures_that_scripts_ask_for_are_there():
    there = set(re.findall(r'data-icon="([\w-]+)"', render_to_string("market/_templates_cards.html")))
    asked = set()
    for script in SCRIPTS.glob("card-*.js"):
        text = script.read_text()
        asked |= set(re.findall(r'icon: "([\w-]+)"', text)) | set(re.findall(r'put\([^\n]*?"([\w-]+)"\)', text))
        if block := re.search(r"const ICONS = \{(.*?)\};", text, re.DOTALL):
            asked |= set(re.findall(r': "([\w-]+)"', block[1]))
    assert asked
    assert asked - there == set()
