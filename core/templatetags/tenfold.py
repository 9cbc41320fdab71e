"""Template tags and filters of the whole project: icons, initials, the import map."""

import functools
import json
from pathlib import Path

import lucide
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@functools.lru_cache(maxsize=256)
def _icon(name: str, css_class: str) -> SafeString:
    svg = lucide._render_icon(name, None, aria_hidden="true", focusable="false", **{"class": css_class})
    return mark_safe(svg)  # noqa: S308  (the library's own picture with our own attributes)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An inline Lucide picture. `size`: small | large. Hidden from screen readers: name the control itself."""
    return _icon(str(name), f"icon icon--{size}" if size else "icon")


@register.filter
def initials(name: str) -> str:
    """At most two letters for an avatar without a photo."""
    words = [word for word in str(name).replace("_", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "#"


@register.inclusion_tag("components/_avatar.html")
def avatar(person: object, size: str = "") -> dict[str, object]:
    """The round picture of a person, from a User or a UserJSON, or of a chat from a ChatJSON."""

    def get(*names: str) -> object:
        for name in names:
            value = person.get(name) if isinstance(person, dict) else getattr(person, name, None)
            if value not in (None, ""):
                return value
        return None

    photo = get("avatar", "photo")
    tint = get("color")
    return {
        "name": get("display_name", "name", "title", "handle") or "",
        "photo": f"/media/{photo.name}" if hasattr(photo, "name") else photo,  # type: ignore[union-attr]
        "tint": int(str(get("pk", "id") or 0)) % 8 if tint is None else tint,
        "size": size,
    }


def _module_addresses() -> str:
    """Every module by its bare name (`core/api.js`), and its plain address, to its hashed address."""
    root = Path(settings.BASE_DIR) / "static" / "js"
    imports: dict[str, str] = {}
    for path in sorted(root.rglob("*.js")):
        name = path.relative_to(root).as_posix()
        address = static(f"js/{name}")
        imports[name] = address
        if address != (plain := f"{settings.STATIC_URL}js/{name}"):
            imports[plain] = address  # a relative import resolves to the plain address first
    return json.dumps({"imports": imports}, separators=(",", ":"))


_module_addresses_once = functools.lru_cache(maxsize=1)(_module_addresses)


@register.simple_tag(takes_context=True)
def import_map(context: template.Context) -> SafeString:
    """The import map: modules name each other plainly, browsers fetch hashed files and keep them for ever."""
    text = _module_addresses() if settings.DEBUG else _module_addresses_once()
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        context.get("csp_nonce", ""),
        mark_safe(text),  # noqa: S308
    )
