"""What the frame around every page shows: menu, member, preferences. Put one `Shell` in the context as `shell`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest

_LAYOUTS = {"drawer": "ui/drawer.html", "dialog": "ui/dialog.html"}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the sidebar or of its menus. `key` is the letter after `g` that leads there; with `opens` "dialog"
    it opens there. `count` is "" where nothing counts now, None for an entry that counts nothing;
    it is asked for anew at `count` below the URL when records were changed."""

    label: str
    url: str
    icon: str
    count: str | None = None
    key: str = ""
    current: bool = False
    posts: bool = False
    opens: str = ""


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Entries under a heading; the first group has none."""

    label: str
    items: Sequence[MenuItem]


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page.

    `here` is the URL of the menu entry that the page belongs to. `theme` is "", "light" or "dark" ("" follows the
    device), `density` "" or "comfortable".
    `preferences_url` takes a POST of `theme`, `density` or `single_keys` and keeps it for the member.
    """

    menu: Sequence[MenuGroup] = ()
    here: str = ""
    home_url: str = "/"
    workspace: str = "Northing"
    workspaces: Sequence[MenuItem] = ()
    member: str = ""
    member_menu: Sequence[MenuItem] = ()
    search_url: str = "/search"
    preferences_url: str = ""
    theme: str = ""
    density: str = ""
    single_keys: bool = True

    def at(self, path: str) -> "Shell":
        """The same shell at the menu entry of a path: the one whose URL is its longest prefix.

        >>> menu = [MenuGroup("", [MenuItem("Home", "/", "house"), MenuItem("Features", "/features/", "list")])]
        >>> Shell(menu=menu).at("/features/F-1").here
        '/features/'
        """
        items = [item for group in self.menu for item in group.items]
        # The home page's address begins every other, so only the page itself matches it.
        below = [item.url for item in items if item.url not in ("/", self.home_url) and path.startswith(item.url)]
        matching = below or [item.url for item in items if item.url == path]
        return replace(self, here=max(matching, key=len, default=""))


def layout(request: HttpRequest) -> str:
    """The template that a record's page extends: drawer or dialog when htmx asks for one, else the full page."""
    return _LAYOUTS.get(request.headers.get("HX-Target", ""), "ui/base.html")
