"""Where the files that pages load lie."""

from __future__ import annotations

from functools import cache

from django.contrib.staticfiles.storage import StaticFilesStorage


class StaticAddresses(StaticFilesStorage):
    """Works each address out once: every page names fifteen of them."""

    def url(self, name: str | None) -> str:
        return _address(self, name)


@cache
def _address(storage: StaticAddresses, name: str | None) -> str:
    return StaticFilesStorage.url(storage, name)
