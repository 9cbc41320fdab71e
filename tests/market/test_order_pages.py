"""The page of an order: who sees it, and what its buttons and forms do, once and twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from market.models import Dispute, Evidence, Order, Refund, Return, Review
from tests.market.market_web import HOSTILE, assert_harmless, key_of, web
from tests.market.scenes import make_listing, make_photo
from tests.market.trade import bought, broken, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def bicycle(alice):
    listing = make_listing(alice, title=f"Bicycle {HOSTILE}", price=10_000, stock=5)
    make_photo(listing)
    return listing


def press(user: User, made: Order, act: str, **more):
    return web(user).post(f"/market/orders/{made.pk}/move", {"act": act, **more})


def state_of(made: Order) -> str:
    made.refresh_from_db()
    return made.state


@pytest.mark.parametrize("state", ["paid", "accepted", "shipped", "delivered", "completed"])
def test_each_side_sees_its_own_page_in_each_state(alice, bob, charlie, bicycle, state):
    made = bought(bob, bicycle, state=state)
    path = f"/market/orders/{made.pk}"
    for user in (alice, bob):
        assert_harmless(web(user).get(path))
    assert web(charlie).get(path).status_code == 404
    assert web().get(path).status_code == 302
    assert "Your part" in web(alice).get(path).content.decode()
    assert "Your part" not in web(bob).get(path).content.decode()


def test_the_code_is_shown_to_the_buyer_alone(alice, bob, bicycle):
    made = bought(bob, bicycle, ship=False)
    code = f"{made.handover_code[:3]} {made.handover_code[3:]}"
    page = web(bob).get(f"/market/orders/{made.pk}").content.decode()
    assert code in page
    assert "data:image/svg+xml" in page
    seller = web(alice).get(f"/market/orders/{made.pk}").content.decode()
    assert made.handover_code not in seller
    assert code not in seller


def test_handing_over_with_the_code_pays_the_seller(alice, bob, bicycle):
    made = bought(bob, bicycle, ship=False)
    wrong = press(alice, made, "hand_over", code="000000" if made.handover_code != "000000" else "111111")
    assert_harmless(wrong, 400)
    assert "Tries left: 9." in wrong.content.decode()
    for _time in range(2):  # the second press finds that it is done
        answer = press(alice, made, "hand_over", code=f" {made.handover_code[:3]} {made.handover_code[3:]}")
        assert answer["Location"] == f"/market/orders/{made.pk}"
    assert state_of(made) == "completed"
    assert broken() == []


def test_a_scanned_code_stands_in_the_field(alice, bob, bicycle):
    made = bought(bob, bicycle, ship=False)
    page = web(alice).get(f'/market/orders/{made.pk}?code="><b>')
    assert_harmless(page)
    assert 'value="123456"' in web(alice).get(f"/market/orders/{made.pk}?code=123456").content.decode()


def test_from_accepted_to_confirmed(alice, bob, bicycle):
    made = bought(bob, bicycle)
    for user, act, more, state in (
        (alice, "accept", {}, "accepted"),
        (alice, "ship", {"carrier": HOSTILE, "tracking_number": "JD01"}, "shipped"),
        (alice, "track", {"carrier": "DHL", "tracking_number": "JD02"}, "shipped"),
        (bob, "confirm", {}, "completed"),
    ):
        for _time in range(2):
            assert press(user, made, act, **more).status_code == 302, act
        assert state_of(made) == state
    assert made.tracking_number == "JD02"
    assert_harmless(web(bob).get(f"/market/orders/{made.pk}"))
    assert broken() == []


@pytest.mark.parametrize(("act", "state"), [("accept", "paid"), ("ship", "paid"), ("decline", "paid")])
def test_the_buyer_cannot_press_the_sellers_buttons(bob, bicycle, act, state):
    made = bought(bob, bicycle)
    assert_harmless(press(bob, made, act), 403)
    assert state_of(made) == state


def test_outsiders_press_nothing(charlie, bob, bicycle):
    made = bought(bob, bicycle, state="delivered")
    for act in ("confirm", "accept", "ship", "cancel", "decline", "hand_over", "dispute", "withdraw_dispute"):
        assert press(charlie, made, act, reason="other", text="x").status_code == 404, act
    for path in ("refund", "return", "evidence", "review"):
        assert web(charlie).post(f"/market/orders/{made.pk}/{path}", {"stars": 1}).status_code == 404, path
    assert web(bob, enforce_csrf_checks=True).post(f"/market/orders/{made.pk}/move").status_code == 403
    assert state_of(made) == "delivered"


def test_unknown_acts_are_refused(bob, bicycle):
    made = bought(bob, bicycle)
    assert press(bob, made, "fly").status_code == 400
    assert press(bob, made, "").status_code == 400


def test_cancelling_says_why(alice, bob, bicycle):
    made = bought(bob, bicycle)
    for _time in range(2):
        assert press(bob, made, "cancel", reason=HOSTILE).status_code == 302
    assert state_of(made) == "cancelled"
    assert_harmless(web(alice).get(f"/market/orders/{made.pk}"))
    assert Refund.objects.count() == 1


def test_what_is_too_long_is_said_and_nothing_happens(bob, bicycle):
    made = bought(bob, bicycle)
    assert_harmless(press(bob, made, "cancel", reason="x" * 501), 400)
    assert state_of(made) == "paid"


def test_giving_up_before_paying(bob, bicycle):
    group = order(bob, bicycle, ship=False)
    made = Order.objects.get(group=group)
    press(bob, made, "abandon")
    assert state_of(made) == "cancelled"


# --- refunds --------------------------------------------------------------------------------------


def refund(seller: User, made: Order, page=None, **what):
    client = web(seller)
    page = page or client.get(f"/market/orders/{made.pk}")
    return client.post(f"/market/orders/{made.pk}/refund", {"once": key_of(page), **what})


def test_a_refund_form_sent_twice_refunds_once(alice, bob, bicycle):
    made = bought(bob, bicycle, state="shipped")
    page = web(alice).get(f"/market/orders/{made.pk}")
    for _time in range(2):
        assert refund(alice, made, page, what="amount", amount="10", note=HOSTILE).status_code == 302
    made.refresh_from_db()
    assert made.refunded_minor == 1_000
    assert_harmless(web(bob).get(f"/market/orders/{made.pk}"))
    assert broken() == []


@pytest.mark.parametrize("amount", ["", "0", "-1", "1e9", "99999", "1.005", "ten"])
def test_amounts_that_cannot_be_refunded_are_said_at_the_form(alice, bob, bicycle, amount):
    made = bought(bob, bicycle, state="shipped")
    assert_harmless(refund(alice, made, what="amount", amount=amount), 400)
    assert not Refund.objects.exists()


def test_single_pieces_with_the_delivery(alice, bob, bicycle):
    made = bought(bob, {bicycle: 3}, state="completed")
    line = made.lines.get()
    assert refund(alice, made, what="pieces").status_code == 400
    refund(alice, made, what="pieces", **{f"piece-{line.pk}": "1", "with_delivery": "1"})
    made.refresh_from_db()
    assert made.refunded_minor == 10_490
    assert broken() == []


def test_all_of_it(alice, bob, bicycle):
    made = bought(bob, bicycle, state="accepted")
    refund(alice, made, what="all")
    assert state_of(made) == "refunded"
    assert broken() == []


def test_the_buyer_refunds_nothing(bob, bicycle):
    made = bought(bob, bicycle, state="shipped")
    answer = web(bob).post(f"/market/orders/{made.pk}/refund", {"once": "0" * 32, "what": "all"})
    assert answer.status_code == 403
    assert not Refund.objects.exists()


# --- returns, disputes, reviews -------------------------------------------------------------------


def test_a_return_from_asking_to_the_money(alice, bob, charlie, bicycle):
    made = bought(bob, bicycle, state="completed")
    line = made.lines.get()
    ask = f"/market/orders/{made.pk}/return"
    assert web(bob).post(ask, {f"back-{line.pk}": "1"}).status_code == 400  # why?
    assert web(bob).post(ask, {"reason": "Too small"}).status_code == 400  # what?
    assert web(bob).post(ask, {f"back-{line.pk}": "1", "reason": HOSTILE}).status_code == 302
    assert web(bob).post(ask, {f"back-{line.pk}": "1", "reason": "Again"}).status_code == 409
    row = Return.objects.get()
    step = f"/market/orders/{made.pk}/returns/{row.pk}"
    assert web(charlie).post(step, {"act": "approve"}).status_code == 404
    assert web(bob).post(step, {"act": "approve"}).status_code == 403
    assert web(alice).post(step, {"act": "fly"}).status_code == 404
    for user, act in ((alice, "approve"), (bob, "send"), (alice, "receive")):
        assert_harmless(web(user).get(f"/market/orders/{made.pk}"))
        assert web(user).post(step, {"act": act, "answer": HOSTILE}).status_code == 302, act
        assert web(user).post(step, {"act": act}).status_code == 409, act
    assert state_of(made) == "returned"
    assert broken() == []


def test_a_return_of_another_order_is_unknown(alice, bob, bicycle):
    first, second = (bought(bob, bicycle, state="completed") for _time in range(2))
    line = first.lines.get()
    web(bob).post(f"/market/orders/{first.pk}/return", {f"back-{line.pk}": "1", "reason": "Too small"})
    step = f"/market/orders/{second.pk}/returns/{Return.objects.get().pk}"
    assert web(alice).post(step, {"act": "approve"}).status_code == 404


def test_a_dispute_with_evidence_of_both(alice, bob, charlie, bicycle):
    made = bought(bob, bicycle, state="shipped")
    assert press(bob, made, "dispute", reason="nonsense", text="x").status_code == 400
    assert press(bob, made, "dispute", reason="damaged", text="").status_code == 400
    for _time in range(2):
        assert press(bob, made, "dispute", reason="damaged", text=HOSTILE).status_code == 302
    assert state_of(made) == "disputed"
    client = web(alice)
    page = client.get(f"/market/orders/{made.pk}")
    data = {"once": key_of(page), "text": HOSTILE}
    for _time in range(2):
        file = SimpleUploadedFile("a.txt", b"It was whole.", "text/plain")
        assert client.post(f"/market/orders/{made.pk}/evidence", {**data, "file": file}).status_code == 302
    assert Evidence.objects.count() == 1
    for user in (alice, bob):
        assert_harmless(web(user).get(f"/market/orders/{made.pk}"))
    page = web(bob).get(f"/market/orders/{made.pk}")
    assert web(bob).post(f"/market/orders/{made.pk}/evidence", {"once": key_of(page)}).status_code == 400
    press(bob, made, "withdraw_dispute")
    assert state_of(made) == "shipped"
    assert Dispute.objects.get().outcome == "withdrawn"


def test_both_review_each_other_once(alice, bob, bicycle):
    made = bought(bob, bicycle, state="completed")
    path = f"/market/orders/{made.pk}/review"
    assert_harmless(web(bob).post(path, {"stars": "6"}), 400)
    assert web(bob).post(path, {}).status_code == 400
    for _time in range(2):
        assert web(bob).post(path, {"stars": "5", "text": HOSTILE}).status_code == 302
    assert "Not shown yet" in web(bob).get(f"/market/orders/{made.pk}").content.decode()
    assert web(alice).post(path, {"stars": "4"}).status_code == 302
    assert Review.objects.exclude(published_at=None).count() == 2
    page = web(alice).get(f"/market/orders/{made.pk}")
    assert_harmless(page)
    given = Review.objects.get(side="buyer")
    answer = f"/market/orders/{made.pk}/reviews/{given.pk}"
    assert web(bob).post(answer, {"text": "Mine"}).status_code == 404 or not Review.objects.get(pk=given.pk).answer
    web(alice).post(answer, {"text": HOSTILE})
    assert_harmless(web(bob).get(f"/market/orders/{made.pk}"))


def test_reviews_before_the_end_are_refused(bob, bicycle):
    made = bought(bob, bicycle, state="shipped")
    assert web(bob).post(f"/market/orders/{made.pk}/review", {"stars": "5"}).status_code == 409


def test_an_order_that_was_not_paid_in_time_is_over_when_looked_at(bob, bicycle, time_machine):
    group = order(bob, bicycle, ship=False)
    made = Order.objects.get(group=group)
    time_machine.move_to(made.due_at.replace(microsecond=0) + (made.due_at - made.created_at))
    assert "It was not paid in time" in web(bob).get(f"/market/orders/{made.pk}").content.decode()
    assert state_of(made) == "expired"


def test_the_page_asks_the_database_a_constant_number_of_times(alice, bob, bicycle, django_assert_max_num_queries):
    made = bought(bob, {bicycle: 1, **{make_listing(alice, title=str(n)): 1 for n in range(5)}}, state="completed")
    for user in (alice, bob):
        client = web(user)
        client.get("/market/cart/")
        with django_assert_max_num_queries(32):
            client.get(f"/market/orders/{made.pk}")
