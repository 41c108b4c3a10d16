"""What this module adds to the frame."""

from __future__ import annotations

from northing.insight.inbox import became, count_of_new
from northing.kit.extensions import MenuEntry, Onward, extensions

extensions.add_menu(
    MenuEntry(
        group="",
        label="Feedback",
        path="inbox/",
        icon="inbox",
        order=20,
        key="f",
        count=count_of_new,
        also="inbox messages reviews read link customers",
    )
)
extensions.add_onward("feedback", Onward(label="Read them in the inbox", path="inbox/", icon="inbox", became=became))
