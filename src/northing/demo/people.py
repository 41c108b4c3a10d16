"""Who works on Lumen and Aria: colleagues (invented), their teams, and what each looks after."""

from __future__ import annotations

from collections.abc import Mapping

from northing.access.models import INVENTED, Member, User
from northing.access.roles import Role
from northing.demo.story import Story

COLLEAGUES = (
    ("Mira Solberg", "mira", Role.EDITOR),
    ("Teo Brandt", "teo", Role.EDITOR),
    ("Ines Carvo", "ines", Role.CONTRIBUTOR),
    ("Jun Arai", "jun", Role.CONTRIBUTOR),
)

# name, function, people, share of time for planned work
TEAMS = (
    ("Imaging", "engineering", 5, 70),
    ("Mobile app", "engineering", 4, 65),
    ("Product design", "design", 3, 75),
    ("Firmware", "engineering", 3, 70),
    ("Acoustics", "engineering", 3, 75),
    ("Supply chain", "supply_chain", 2, 60),
    ("Go to market", "marketing", 3, 60),
    ("Quality", "quality", 2, 70),
)


# Who looks after each area besides the lead: places in COLLEAGUES.
OWNERS = {
    "Library": 1,
    "Onboarding": 1,
    "Comfort": 2,
    "Case and parts": 2,
    "Pairing": 3,
    "Sound settings": 3,
}


def write(story: Story, given: Mapping[User, Role]) -> list[int]:
    """Make members and teams; the ids of the colleagues who estimate."""
    workspace = story.actor.workspace
    colleagues = {_account(name, word): role for name, word, role in COLLEAGUES}
    # A colleague whom somebody has become keeps the role given.
    roles = {**given, **colleagues, **given}
    everybody = {user: Member(workspace=workspace, user=user, role=role) for user, role in roles.items()}
    Member.objects.bulk_create(everybody.values())
    members = [everybody[user] for user in colleagues]
    story.lead = next(iter(everybody.values())).pk
    story.owners = {area: members[place].pk for area, place in OWNERS.items()}
    away = {"from": story.day(28).isoformat(), "to": story.day(42).isoformat(), "people": 1}
    teams = [
        {"name": name, "function": function, "people": people, "focus": focus, "absences": [away] * (people > 3)}
        for name, function, people, focus in TEAMS
    ]
    story.create("team", teams)
    return [member.pk for member in members]


def _account(name: str, word: str) -> User:
    user, _ = User.objects.get_or_create(email=f"{word}@example.com", defaults={"name": name, "password": INVENTED})
    return user
