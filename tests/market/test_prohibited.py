"""What may not be sold: refused, or seen by a moderator first."""

import pytest

from market.models import Category, Listing, OutboxEvent, ProhibitedRule
from market.tasks.expiry import settle_reviews
from moderation.actions.reports import dismiss_report, remove_content
from moderation.models import AuditEntry, Report
from tests.conftest import make_user
from tests.market.scenes import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tree(categories):
    pass


@pytest.fixture
def moderator():
    return make_user("mia", is_staff=True, is_superuser=True)


def block(words, **extra):
    return ProhibitedRule.objects.create(words=words, reason="It is against the law.", **extra)


def draft(alice, **extra) -> Listing:
    return make_listing(alice, state="draft", published_at=None, expires_at=None, **extra)


def publish(api, alice, listing):
    return api(alice).post(f"/api/v1/market/listings/{listing.pk}/publication")


@pytest.mark.parametrize(
    "words", ["ivory", "Ivory carving\nivory", "elephants ivory", "ELFENBEIN", "слоновая кость", "象牙", "Ivóry"]
)
def test_phrases_are_found_in_any_form(api, alice, words):
    block(words)
    text = (
        "Old carvings of ivory, from an elephant. Elfenbein, geschnitzt. Слоновой кости, слоновая кость. 古い象牙の箱"
    )
    answer = publish(api, alice, draft(alice, description=text))
    assert (answer.status_code, answer.json()["code"]) == (400, "prohibited")
    assert answer.json()["reason"] == "It is against the law."


@pytest.mark.parametrize("words", ["ivory elephant tusk", "ivoryish", "", "\n\n", "!!!", "鯨"])
def test_all_words_of_a_phrase_must_be_there(api, alice, words):
    block(words)
    assert publish(api, alice, draft(alice, title="Ivory coloured paint")).status_code == 200


def test_every_text_of_a_listing_is_looked_at(api, alice):
    block("weed")
    for extra in ({"title": "Good weed"}, {"attributes": {"brand": "Weed", "bike_type": "city"}}):
        assert publish(api, alice, draft(alice, **extra)).json()["code"] == "prohibited"
    with_variant = draft(alice)
    with_variant.variants.update(name="Weed, 5 g")
    assert publish(api, alice, with_variant).json()["code"] == "prohibited"


def test_a_rule_of_one_category_holds_below_it(api, alice):
    block("engine", category=Category.objects.get(path="fashion/"))
    shoes = Category.objects.get(path="fashion/bags/")
    assert publish(api, alice, draft(alice, title="Engine")).status_code == 200
    assert publish(api, alice, draft(alice, title="Engine", category=shoes)).json()["code"] == "prohibited"


def test_a_rule_that_is_off_holds_nothing_up(api, alice):
    block("bicycle", is_active=False)
    assert publish(api, alice, draft(alice)).status_code == 200


def test_an_edit_cannot_bring_it_in(api, alice):
    listing = make_listing(alice)
    block("weed")
    answer = api(alice).patch(f"/api/v1/market/listings/{listing.pk}", {"title": "Weed"}, format="json")
    assert answer.json()["code"] == "prohibited"
    variant = {"name": "weed", "price_minor": 1}
    answer = api(alice).post(f"/api/v1/market/listings/{listing.pk}/variants", variant, format="json")
    assert answer.json()["code"] == "prohibited"
    listing.refresh_from_db()
    assert (listing.title, listing.state) == ("A green bicycle", "published")
    assert listing.variants.count() == 1


def test_a_moderator_looks_first_and_lets_it_pass(api, alice, moderator):
    block("knife", effect="review")
    listing = draft(alice, title="Kitchen knife")
    answer = publish(api, alice, listing)
    assert (answer.status_code, answer.json()["state"], answer.json()["is_in_review"]) == (202, "draft", True)
    assert publish(api, alice, listing).status_code == 202
    report = Report.objects.get()  # once, however often it is asked
    assert (report.reporter, report.subject, report.target_id) == (None, alice, listing.pk)
    assert report.evidence["listing"]["title"] == "Kitchen knife"
    settle_reviews()
    assert Listing.objects.get(pk=listing.pk).is_in_review is True

    dismiss_report(by=moderator, report=report)
    settle_reviews()
    listing.refresh_from_db()
    assert (listing.state, listing.is_in_review) == ("published", False)
    assert OutboxEvent.objects.filter(kind="listing.published").count() == 1
    api(alice).delete(f"/api/v1/market/listings/{listing.pk}/publication")
    assert publish(api, alice, listing).status_code == 200  # the same words are not held up again


def test_other_words_are_looked_at_anew(api, alice, moderator):
    block("knife", effect="review")
    listing = draft(alice, title="Kitchen knife")
    publish(api, alice, listing)
    dismiss_report(by=moderator, report=Report.objects.get())
    settle_reviews()
    answer = api(alice).patch(f"/api/v1/market/listings/{listing.pk}", {"title": "Combat knife"}, format="json")
    assert (answer.status_code, answer.json()["state"], answer.json()["is_in_review"]) == (200, "paused", True)
    assert Report.objects.filter(state="open").count() == 1
    assert api().get(f"/api/v1/market/listings/{listing.pk}").json()["state"] == "paused"


def test_what_is_edited_while_it_waits_is_not_slipped_through(api, alice, moderator):
    block("knife", effect="review")
    listing = draft(alice, title="Kitchen knife")
    publish(api, alice, listing)
    api(alice).patch(f"/api/v1/market/listings/{listing.pk}", {"title": "Combat knife"}, format="json")
    dismiss_report(by=moderator, report=Report.objects.get())
    settle_reviews()
    listing.refresh_from_db()
    assert (listing.state, listing.is_in_review) == ("draft", True)
    assert Report.objects.filter(state="open").count() == 1


def test_a_moderator_takes_it_away(api, alice, moderator):
    block("knife", effect="review")
    listing = draft(alice, title="Combat knife")
    publish(api, alice, listing)
    remove_content(by=moderator, report=Report.objects.get())
    settle_reviews()
    listing.refresh_from_db()
    assert (listing.state, listing.is_in_review) == ("removed", False)
    assert publish(api, alice, listing).json()["code"] == "listing_removed"


def test_taken_back_by_its_seller_it_waits_no_more(api, alice, moderator):
    block("knife", effect="review")
    listing = draft(alice, title="Kitchen knife")
    publish(api, alice, listing)
    assert api(alice).delete(f"/api/v1/market/listings/{listing.pk}/publication").json()["is_in_review"] is False
    dismiss_report(by=moderator, report=Report.objects.get())
    settle_reviews()
    assert Listing.objects.get(pk=listing.pk).state == "draft"


def test_people_report_a_listing_and_moderators_remove_it(api, alice, bob, moderator):
    listing = make_listing(alice, kind="digital", digital_text="the secret")
    body = {"target_kind": "listing", "listing": listing.pk, "reason": "illegal", "note": ""}
    assert api(bob).post("/api/v1/reports", body, format="json").status_code == 201
    assert api(bob).post("/api/v1/reports", body, format="json").status_code == 200
    assert api(alice).post("/api/v1/reports", body, format="json").json()["code"] == "self"
    report = Report.objects.get()
    assert report.evidence["listing"]["title"] == listing.title
    assert "the secret" not in str(report.evidence)
    remove_content(by=moderator, report=report)
    listing.refresh_from_db()
    assert listing.state == "removed"
    assert {"listing.removed", "content.removed"} <= set(AuditEntry.objects.values_list("act", flat=True))
    assert OutboxEvent.objects.filter(kind="listing.removed").count() == 1
    for path in ("", "/publication", "/sale"):
        answer = getattr(api(alice), "post" if path else "patch")(f"/api/v1/market/listings/{listing.pk}{path}")
        assert (answer.status_code, answer.json()["code"]) == (409, "listing_removed")
    assert api(bob).get(f"/api/v1/market/listings/{listing.pk}").status_code == 404


def test_what_one_cannot_see_one_cannot_report(api, alice, bob):
    hidden = draft(alice)
    body = {"target_kind": "listing", "listing": hidden.pk, "reason": "spam"}
    assert api(bob).post("/api/v1/reports", body, format="json").status_code == 404
    assert api(bob).post("/api/v1/reports", {**body, "listing": 2**60}, format="json").status_code == 404
