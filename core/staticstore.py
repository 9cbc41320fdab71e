"""Static files under names that change with their content, so that browsers may keep them for ever."""

from collections.abc import Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Compressed ahead of time, with brotli at its slowest: half a minute, worth it once per release.

    The embedded server collects at its first start and serves the same machine: it turns this off.
    """

    is_compressing = True

    def compress_files(self, paths: list[str]) -> Iterator[tuple[str, str]]:
        if self.is_compressing:
            yield from super().compress_files([path for path in paths if not path.endswith(".map")])
