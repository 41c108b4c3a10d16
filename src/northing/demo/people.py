"""Who works on Lumen and Aria: colleagues (invented), their teams, and what each looks after."""

from __future__ import annotations

from northing.access.models import Member, User
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


def write(story: Story, first_user: User | None) -> list[int]:
    """Make members and teams; the ids of the colleagues who estimate."""
    workspace = story.actor.workspace
    own = [Member(workspace=workspace, user=user, role=Role.ADMIN) for user in [first_user] if user]
    members = []
    for name, word, role in COLLEAGUES:
        user, _ = User.objects.get_or_create(email=f"{word}@example.com", defaults={"name": name, "password": "!"})
        members.append(Member(workspace=workspace, user=user, role=role))
    Member.objects.bulk_create(own + members)
    story.lead = (own + members)[0].pk
    story.owners = {area: members[place].pk for area, place in OWNERS.items()}
    away = {"from": story.day(28).isoformat(), "to": story.day(42).isoformat(), "people": 1}
    story.create(
        "team",
        [
            {"name": name, "function": function, "people": people, "focus": focus, "absences": [away] * (people > 3)}
            for name, function, people, focus in TEAMS
        ],
    )
    return [member.pk for member in members]
