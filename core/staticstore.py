"""Static files under names that change with their content, so that browsers may keep them for ever."""

import re
from collections.abc import Iterator

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Comments are half of a typed-by-JSDoc module. Only what surely is one: JSDoc, and lines that are nothing else.
_COMMENTS = {
    ".js": re.compile(r"^[ \t]*//(?! *#).*$|/\*\*(?:[^*]|\*(?!/))*\*/[ ]?", re.MULTILINE),
    ".css": re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/"),
}
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def without_comments(name: str, text: str) -> str:
    """The same program, each statement still on its line, for those who download it."""
    comments = _COMMENTS[name[name.rindex(".") :]]

    def lines_only(found: re.Match[str]) -> str:
        return "\n" * found[0].count("\n")

    return _INDENT.sub("", comments.sub(lines_only, text))


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Compressed ahead of time, with brotli at its slowest: half a minute, worth it once per release.

    The embedded server collects at its first start and serves the same machine: it turns this off.
    """

    is_compressing = True

    def _save(self, name: str, content: File) -> str:
        if name.startswith(("js/", "css/")) and name.endswith((".js", ".css")):
            content.seek(0)  # it was read before, for its hash
            content = ContentFile(without_comments(name, content.read().decode()).encode())
        return super()._save(name, content)

    def compress_files(self, paths: list[str]) -> Iterator[tuple[str, str]]:
        if self.is_compressing:
            yield from super().compress_files([path for path in paths if not path.endswith(".map")])
