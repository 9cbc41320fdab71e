"""What may not be sold here: moderators' phrases, looked for in all that a listing says.

A phrase is found when each of its words is there, in any form and order (the stems of core.search). A rule that blocks
refuses the publication, and the edit of something published. A rule of review lets nothing bad be seen and nothing
good be lost: the listing waits unpublished (a draft, or paused), a report of the service itself stands in the queue of
the moderators, and when they dismiss it the worker publishes what waits (market/tasks/expiry.py). What they let pass
is remembered by its words: the same text is not held up again, a changed one is looked at anew.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import jsontext
from core.errors import Invalid
from core.search import pipeline
from market.models import Listing, ProhibitedRule
from market.queries.listings import load_cards
from market.serializers.listings import listing_card_json
from moderation.models import Report

KIND = "listing"  # of what is reported (market/reporting.py)


class Findings(NamedTuple):
    blocked: ProhibitedRule | None
    review: ProhibitedRule | None


def words_of(listing: Listing) -> str:
    """All that buyers read, and what they are given."""
    values = [str(value) for value in listing.attributes.values() if isinstance(value, str)]
    names = listing.variants.filter(is_active=True).order_by("pk").values_list("name", flat=True)
    return "\n".join([listing.title, listing.description, listing.digital_text, *values, *filter(None, names)])


def look_through(listing: Listing, words: str | None = None) -> Findings:
    """The first rule of each effect that this listing breaks. Two queries."""
    terms = pipeline.document_terms(words_of(listing) if words is None else words)
    path = listing.category.path if listing.category else ""
    found: dict[str, ProhibitedRule] = {}
    for rule in ProhibitedRule.objects.filter(is_active=True).select_related("category").order_by("pk"):
        is_meant = rule.category is None or path.startswith(rule.category.path)
        if is_meant and rule.effect not in found and breaks(rule.words, terms):
            found[rule.effect] = rule
    return Findings(found.get(ProhibitedRule.Effect.BLOCK), found.get(ProhibitedRule.Effect.REVIEW))


def breaks(phrases: str, terms: set[str]) -> bool:
    """Is one of the phrases, one a line, among these terms of a document?"""
    return any(_has(list(pipeline.tokens(phrase)), terms) for phrase in phrases.splitlines())


def _has(phrase: Iterable[pipeline.Token], terms: set[str]) -> bool:
    words = list(phrase)
    return bool(words) and all(_has_word(word, terms) for word in words)


def _has_word(word: pipeline.Token, terms: set[str]) -> bool:
    if word.is_unspaced:  # pairs of characters; what comes behind the last in the document is its own affair
        return all(word.text[index : index + 2] in terms for index in range(max(1, len(word.text) - 1)))
    return not terms.isdisjoint(pipeline.query_forms(word.text))


def require_allowed(listing: Listing) -> ProhibitedRule | None:
    """Raises Invalid("prohibited", reason=…); the rule by which a moderator has to look first, or None."""
    words = words_of(listing)
    findings = look_through(listing, words)
    if findings.blocked is not None:
        reason = findings.blocked.reason
        raise Invalid("prohibited", _("This may not be sold here: %(reason)s") % {"reason": reason}, reason=reason)
    if findings.review is not None and not _was_let_pass(listing, words):
        return findings.review
    return None


def ask_moderators(listing: Listing, rule: ProhibitedRule) -> None:
    """One open report of the service about it. Belongs into the transaction that holds the listing's lock."""
    words = words_of(listing)
    fingerprint = _fingerprint(words)
    waiting = _reports(listing).filter(state=Report.State.OPEN).first()
    load_cards([listing])
    evidence = {
        "rule": {"words": rule.words, "reason": rule.reason},
        "listing": {**listing_card_json(listing), "description": listing.description},
        "fingerprint": fingerprint,
    }
    plain = jsontext.decode(jsontext.encode(evidence))
    if waiting is not None:
        Report.objects.filter(pk=waiting.pk).update(evidence=plain, label=listing.title[:200])
        return
    Report.objects.create(
        reporter=None, target_kind=KIND, target_id=listing.pk, subject=listing.shop.owner, evidence=plain,
        reason=Report.Reason.ILLEGAL, note=rule.reason, label=listing.title[:200],
    )  # fmt: skip


def _was_let_pass(listing: Listing, words: str) -> bool:
    dismissed = _reports(listing).filter(state=Report.State.DISMISSED)
    fingerprint = _fingerprint(words)
    return any(one.get("fingerprint") == fingerprint for one in dismissed.values_list("evidence", flat=True))


def _reports(listing: Listing) -> QuerySet[Report]:
    """Of the service itself."""
    return Report.objects.filter(reporter=None, target_kind=KIND, target_id=listing.pk, evidence__has_key="fingerprint")


def _fingerprint(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
