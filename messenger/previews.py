"""Link previews: the worker fetches the first linked page of a message, once for all who link to it, and the message
is told again with what the page says about itself.

Nothing of this can delay or fail a send: asking for previews is one row in the task table, and only when there is a
link. Fetching goes through the guarded client; text is text, pictures are decoded and encoded again.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import limits
from core.errors import DomainError, NotFound
from core.images import prepare_preview, remove_photo
from core.outgoing import Answer, OutgoingError, fetch
from core.tasks import task
from messenger.actions.change import changing
from messenger.models import LinkPreview, Message
from messenger.webpages import PageInfo, clean, read_page

log = structlog.get_logger(__name__)

FRESH = timedelta(days=1)
FAILED_FRESH = timedelta(hours=1)  # a page that could not be read is not asked again before
CLAIM = timedelta(seconds=60)  # longer than any fetch; then its worker is dead
PAGE_BYTES = 512 * 1024
IMAGE_BYTES = 5 * 1024 * 1024
PAGE_TYPES = ("text/html", "application/xhtml+xml")
IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")


# --- asking -----------------------------------------------------------------------------------


def link_of(message: Message) -> str:
    """The first web address in the message, or ""."""
    for entity in message.entities:
        url = entity.get("url", "")
        if entity.get("type") == "link" and url.startswith(("http://", "https://")) and len(url) <= 2000:
            return url
    return ""


def _wanted_link(message: Message) -> str:
    return "" if message.has_preview_removed else link_of(message)


def request_previews(messages: Sequence[Message]) -> None:
    """Have the previews of these new or edited messages brought up to date. One insert at most, inside the caller's
    transaction; nothing at all when no message has, or had, a link."""
    if not settings.LINK_PREVIEWS:
        return
    wanted = [message.pk for message in messages if message.preview_id or (message.entities and _wanted_link(message))]
    if wanted:
        update_previews.enqueue(messages=wanted)


# --- fetching, in the worker --------------------------------------------------------------------


@task(queue="web", retries=3)
def update_previews(*, messages: list[int]) -> None:
    """Sort the messages by link; each link is a task of its own, so that one slow page delays no other."""
    by_url: dict[str, list[Message]] = defaultdict(list)
    for message in Message.objects.filter(pk__in=messages, deleted_at=None):
        by_url[_wanted_link(message)].append(message)
    _show(None, "", by_url.pop("", []))
    for url, waiting in by_url.items():
        update_preview.enqueue(url=url, messages=[message.pk for message in waiting])


@task(queue="web", retries=3)
def update_preview(*, url: str, messages: list[int]) -> None:
    """Bring one link's preview up to date and show it on these messages."""
    waiting = list(Message.objects.filter(pk__in=messages, deleted_at=None))
    if not waiting:
        return
    preview, _is_new = LinkPreview.objects.get_or_create(url_hash=_hash(url), defaults={"url": url})
    if not _is_fresh(preview):
        writers = {message.sender_id for message in waiting}
        if all(limits.take("preview", writer) for writer in writers):
            return  # somebody has pages fetched for their own sake
        if not _claim(preview):
            # Another worker is at it: look again when it should be done, or its claim is over.
            update_preview.using(run_after=timezone.now() + timedelta(seconds=2)).enqueue(url=url, messages=messages)
            return
        _refresh(preview)
    has_content = preview.failed_at is None and bool(preview.title or preview.image)
    _show(preview if has_content else None, url, waiting)


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def _is_fresh(preview: LinkPreview) -> bool:
    if preview.failed_at is not None:
        return preview.failed_at > timezone.now() - FAILED_FRESH
    return preview.fetched_at is not None and preview.fetched_at > timezone.now() - FRESH


def _claim(preview: LinkPreview) -> bool:
    now = timezone.now()
    is_free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    return bool(LinkPreview.objects.filter(is_free, pk=preview.pk).update(claimed_at=now))


def _refresh(preview: LinkPreview) -> None:
    """Fetch the page and store what it says; a page that cannot be read is noted as failed. Frees the claim."""
    preview.claimed_at = None
    try:
        info, picture = _look_at(preview.url)
    except OutgoingError as error:
        log.info("no preview", host=urlsplit(preview.url).hostname, reason=error.reason)
        preview.failed_at = timezone.now()
        preview.save(update_fields=["failed_at", "claimed_at"])
        return
    preview.title, preview.description, preview.site_name = info.title, info.description, info.site_name
    preview.fetched_at, preview.failed_at = timezone.now(), None
    with transaction.atomic():
        remove_photo(preview.image)
        preview.image_width = preview.image_height = 0
        if picture is not None:
            content, preview.image_width, preview.image_height = picture
            preview.image.save(content.name or "preview.webp", content, save=False)
        preview.save()


def _look_at(url: str) -> tuple[PageInfo, tuple[ContentFile, int, int] | None]:
    answer = fetch(url, max_bytes=IMAGE_BYTES, types=(*PAGE_TYPES, *IMAGE_TYPES), is_cut=True)
    if answer.content_type in IMAGE_TYPES:
        name = clean(urlsplit(url).path.rpartition("/")[2], 200)
        return PageInfo(title=name, site_name=(urlsplit(url).hostname or "")[:100]), _picture(answer)
    info = read_page(answer.content[:PAGE_BYTES], url=answer.url, charset=answer.charset)
    return info, _fetched_picture(info.image_url)


def _fetched_picture(url: str) -> tuple[ContentFile, int, int] | None:
    """A page without its picture is still a preview."""
    if not url:
        return None
    try:
        return _picture(fetch(url, max_bytes=IMAGE_BYTES, types=IMAGE_TYPES))
    except OutgoingError as error:
        log.info("no picture for a preview", host=urlsplit(url).hostname, reason=error.reason)
        return None


def _picture(answer: Answer) -> tuple[ContentFile, int, int] | None:
    try:
        return prepare_preview(ContentFile(answer.content))
    except DomainError as error:
        log.info("no picture for a preview", host=urlsplit(answer.url).hostname, reason=error.code)
        return None


# --- showing ------------------------------------------------------------------------------------


def _show(preview: LinkPreview | None, url: str, messages: Sequence[Message]) -> None:
    """Put the preview on those of the messages that still have this link, chat by chat; nothing is told twice."""
    by_chat: dict[int, list[int]] = defaultdict(list)
    for message in messages:
        if message.preview_id != (preview and preview.pk):
            by_chat[message.chat_id].append(message.pk)
    for chat_id, pks in by_chat.items():
        try:
            _show_in_chat(chat_id, pks, preview, url)
        except NotFound:
            continue  # the chat is gone meanwhile


def _show_in_chat(chat_id: int, pks: Sequence[int], preview: LinkPreview | None, url: str) -> None:
    with changing(chat_id) as change:
        # Read again under the chat's lock: it may have been edited, deleted, or shown by another run.
        for message in Message.objects.filter(pk__in=pks, deleted_at=None).order_by("seq"):
            if _wanted_link(message) == url and message.preview_id != (preview and preview.pk):
                message.preview = preview
                change.touch_message(message, "preview")
