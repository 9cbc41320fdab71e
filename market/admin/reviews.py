"""Reviews: read, and taken away with a reason."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from market.actions.moderating import remove_review
from market.admin.desk import Moderated, Verdict, link, words
from market.models import Review
from moderation.desk import ReasonForm, apply, given_reason, moderator


@admin.register(Review)
class ReviewAdmin(Moderated):
    """Those of which both sides know: until then even moderators need not know what one said."""

    action_form = ReasonForm
    list_display = ("id", "author", "about_shown", "stars", "start_shown", "published_at", "removed_at")
    list_filter = ("stars", "side", ("removed_at", admin.EmptyFieldListFilter), "published_at")
    search_fields = ("=author__handle", "=about_shop__owner__handle", "=order__id")
    list_select_related = ("author", "about_shop", "about_user")
    ordering = ("-pk",)
    fields = (
        "order",
        "side",
        "author",
        "about_shown",
        "stars",
        "text_shown",
        "answer_shown",
        "published_at",
        "removed_at",
    )
    readonly_fields = ("about_shown", "text_shown", "answer_shown")
    actions = ("remove",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        return super().get_queryset(request).exclude(published_at=None)

    def verdicts(self, obj: Review) -> Sequence[Verdict]:
        return () if obj.removed_at else (Verdict("remove", _("Remove it"), True),)

    @admin.display(description=_("about"))
    def about_shown(self, review: Review) -> SafeString | str:
        return link(review.about_shop or review.about_user)

    @admin.display(description=_("text"))
    def start_shown(self, review: Review) -> str:
        return review.text if len(review.text) <= 80 else f"{review.text[:79]}…"

    @admin.display(description=_("text"))
    def text_shown(self, review: Review) -> SafeString | str:
        return words(review.text)

    @admin.display(description=_("answer"))
    def answer_shown(self, review: Review) -> SafeString | str:
        return words(review.answer)

    @admin.action(description=_("Remove"), permissions=["moderate"])
    def remove(self, request: HttpRequest, chosen: QuerySet[Review]) -> None:
        if reason := given_reason(request):
            apply(request, chosen, lambda one: remove_review(by=moderator(request), review=one, reason=reason))
