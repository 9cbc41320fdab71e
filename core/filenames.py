"""Names of files as people send them: made harmless for headers, file systems and the eye."""

import re
import unicodedata
from urllib.parse import quote

from core.limits import FILE_NAME_CHARS

_MAX_SUFFIX = 16
# Controls, and the format characters that reorder or hide text: "gpj.exe" shown as "exe.jpg".
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # part of ordinary words in Persian and Hindi, and of emoji
_RESERVED = re.compile(r'[<>:"|?*\\/]')


def clean_name(name: str, fallback: str = "file") -> str:
    """The last part of the path, without what deceives or breaks, of at most 200 characters with its ending kept."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join(one for one in last if one in _JOINERS or unicodedata.category(one) not in _REFUSED)
    kept = " ".join(_RESERVED.sub("_", kept).split()).strip(". ")
    if len(kept) > FILE_NAME_CHARS:
        stem, dot, suffix = kept.rpartition(".")
        if not dot or len(suffix) > _MAX_SUFFIX:
            stem, suffix = kept, ""
        kept = stem[: FILE_NAME_CHARS - len(dot + suffix)] + dot + suffix if suffix else stem[:FILE_NAME_CHARS]
    return kept.strip() or fallback


def content_disposition(name: str, *, is_inline: bool) -> str:
    """The header's value: the name in RFC 5987's form, and a plain one for what does not know that."""
    name = clean_name(name)
    stem, dot, suffix = name.rpartition(".") if "." in name else (name, "", "")
    plain = (_plain(stem) or "file") + (dot + _plain(suffix)).rstrip(".")
    kind = "inline" if is_inline else "attachment"
    if plain == name:
        return f'{kind}; filename="{plain}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9 ._()+,=@#-]", "_", folded).strip(". ")
