"""Link previews as the worker would have fetched them."""

import hashlib
import secrets
from datetime import datetime

from django.core.files.base import ContentFile

from core import images
from messenger.demo.attachments import SCENES
from messenger.models import LinkPreview

_PAGES = {
    "cleanup": ("River clean-up in spring", "Bring boots, we bring gloves and bags.", "Riverside", "sunset"),
    "swap": ("Swap the small one for the next size", "Bicycles from 12 to 24 inches.", "Dana's", "bicycle-red"),
    "hut": ("The hut at the lake", "From platform 4 it is two hours and one ferry.", "Lake hut", "mountains"),
    "tomatoes": ("Late blight, and what helps", "Take the lowest leaves off.", "Tomatoes", "balcony"),
}


def make_preview(name: str, url: str, at: datetime) -> LinkPreview:
    title, description, site, scene = _PAGES[name]
    preview = LinkPreview(
        url=url,
        url_hash=hashlib.sha256(url.encode()).hexdigest(),
        title=title,
        description=description,
        site_name=site,
        fetched_at=at,
    )
    picture = SCENES[scene]().finish()
    picture.thumbnail((600, 600))
    made = images.webp(picture)
    preview.image.save(f"{secrets.token_urlsafe(18)}.webp", ContentFile(made.content), save=False)
    preview.image_width, preview.image_height = made.width, made.height
    preview.save()
    return preview
