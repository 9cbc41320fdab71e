"""Static files under names that change with their content, so that browsers may keep them for ever."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Comments are half of a typed-by-JSDoc module. Only what surely is one: JSDoc, and lines that are nothing else.
_COMMENTS = {
    ".js": re.compile(r"^[ \t]*//(?! *#).*$|/\*\*(?:[^*]|\*(?!/))*\*/[ ]?", re.MULTILINE),
    ".css": re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/"),
}
# After a statement: where no quote is open before it and none is in it, so that it cannot be part of a text.
_TRAILING = re.compile(r"""^((?:[^"'`\n]|"[^"\n]*"|'[^'\n]*'|`[^`\n]*`)*?)[ \t]+// [^"'`\n]*$""", re.MULTILINE)
_IMPORT = re.compile(r'^@import "([\w./-]+\.css)";$', re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def without_comments(name: str, text: str) -> str:
    """The same program, each statement still on its line, for those who download it."""
    comments = _COMMENTS[name[name.rindex(".") :]]

    def lines_only(found: re.Match[str]) -> str:
        return "\n" * found[0].count("\n")

    text = comments.sub(lines_only, text)
    if name.endswith(".js"):
        text = _TRAILING.sub(lambda found: found[0] if text.count("`", 0, found.start()) % 2 else found[1], text)
    return _INDENT.sub("", text)


class Joined:
    """Reads a stylesheet with those it imports in their places: one request, and better compressed than apart."""

    def __init__(self, source: Storage) -> None:
        self.source = source

    def open(self, path: str) -> File:
        return ContentFile(self._text(path).encode())

    def _text(self, path: str) -> str:
        text = self.source.open(path).read().decode()
        return _IMPORT.sub(lambda found: self._text(posixpath.join(posixpath.dirname(path), found[1])), text)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Compressed ahead of time, with brotli at its slowest: half a minute, worth it once per release.

    The embedded server collects at its first start and serves the same machine: gzip alone, a second.
    """

    is_thorough = True

    def post_process(self, paths: dict[str, tuple[Any, str]], *args: Any, **options: Any) -> Iterator[Any]:
        joined = {
            name: (Joined(source) if re.fullmatch(r"css/[\w-]+\.css", name) else source, path)
            for name, (source, path) in paths.items()
        }
        yield from super().post_process(joined, *args, **options)

    def _save(self, name: str, content: File) -> str:
        if name.startswith(("js/", "css/")) and name.endswith((".js", ".css")):
            content.seek(0)  # it was read before, for its hash
            content = ContentFile(without_comments(name, content.read().decode()).encode())
        return super()._save(name, content)

    def create_compressor(self, **options: Any) -> Compressor:
        return super().create_compressor(**options, use_brotli=self.is_thorough)

    def compress_files(self, paths: list[str]) -> Iterator[tuple[str, str]]:
        yield from super().compress_files([path for path in paths if not path.endswith(".map")])
