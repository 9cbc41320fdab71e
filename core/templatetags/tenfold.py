"""Template tags and filters of the whole project: icons, initials, the import map."""

import functools
import json
import re
from pathlib import Path

import lucide
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.staticstore import without_comments

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


@register.simple_tag
def icon_set(names: str, template_id: str = "icons") -> SafeString:
    """A <template> with pictures for scripts to clone, found by data-icon."""
    pictures = (format_html('<i data-icon="{}">{}</i>', name, _icon(name, "icon")) for name in names.split())
    return format_html('<template id="{}">{}</template>', template_id, mark_safe("".join(pictures)))  # noqa: S308


# What a module asks for when it is needed. Types in comments look the same, so the comments go first.
_LATER = re.compile(r'\bimport\("([\w./-]+\.js)"\)')
# A statement at the start of a line: what a module needs before it runs. `import()` and JSDoc are not.
_IMPORTED = re.compile(r'^(?:import|export)\s+(?:[\w\s{},*$]+\sfrom\s+)?"([\w./-]+\.js)"', re.MULTILINE)


def _modules() -> dict[str, Path]:
    root = Path(settings.BASE_DIR) / "static" / "js"
    return {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.js")) if path.name != "sw.js"}


def _needed(first: str, modules: dict[str, Path]) -> list[str]:
    """The module and all that it imports, directly or not, except what it loads later with `import()`."""
    found, waiting = {first}, [first]
    while waiting:
        fresh = set(_IMPORTED.findall(modules[waiting.pop()].read_text())) & modules.keys() - found
        found |= fresh
        waiting += fresh
    return sorted(found)


def _reachable(entries: tuple[str, ...], modules: dict[str, Path]) -> list[str]:
    """The modules and all that they may ever ask for: another page's need not be known here."""
    found, waiting = set(entries), list(entries)
    while waiting:
        text = without_comments("a.js", modules[waiting.pop()].read_text())
        fresh = {*_IMPORTED.findall(text), *_LATER.findall(text)} & modules.keys() - found
        found |= fresh
        waiting += fresh
    return sorted(found)


def _import_map(entry: str, *later: str) -> tuple[str, list[str]]:
    modules = _modules()
    known = _reachable((entry, *later), modules) if later else modules
    addresses = {name: static(f"js/{name}") for name in known}
    wanted = [addresses[name] for name in _needed(entry, modules)]
    return json.dumps({"imports": addresses}, separators=(",", ":")), wanted


_import_map_once = functools.lru_cache(maxsize=8)(_import_map)


@register.simple_tag(takes_context=True)
def import_map(context: template.Context, entry: str, *later: str) -> SafeString:
    """The import map: modules name each other plainly, browsers fetch hashed files and keep them for ever.

    `entry`: the page's module. What it needs to start is fetched at once, not in a chain of discoveries. `later`:
    modules that no other names in its text; then the map holds these, and what all of them may ask for, alone.
    """
    text, wanted = (_import_map if settings.DEBUG else _import_map_once)(entry, *later)
    links = format_html_join("\n", '<link rel="modulepreload" href="{}">', ((address,) for address in wanted))
    nonce = context.get("csp_nonce", "")
    return format_html('<script type="importmap" nonce="{}">{}</script>\n{}', nonce, mark_safe(text), links)  # noqa: S308
