"""Who buys: accounts with their revenue, the people there, and segments as rules."""

from __future__ import annotations

from northing.demo.story import Story

FIRST = (
    "Birch",
    "Coral",
    "Delta",
    "Ember",
    "Fjord",
    "Grove",
    "Halo",
    "Iris",
    "Juniper",
    "Kestrel",
    "Lagoon",
    "Maple",
    "North",
    "Opal",
    "Pine",
    "Quartz",
    "River",
    "Slate",
    "Tundra",
    "Umber",
)
SECOND = {"studio": ("Studios", "Pictures"), "retail": ("Audio", "Sound Shop"), "media": ("Media", "Press")}
GIVEN = (
    "Alex",
    "Bo",
    "Caro",
    "Dani",
    "Eli",
    "Finn",
    "Gill",
    "Hana",
    "Ilja",
    "Jo",
    "Kai",
    "Lou",
    "Max",
    "Nell",
    "Ola",
    "Pat",
    "Rio",
    "Sam",
    "Toni",
    "Uma",
)
FAMILY = ("Ashdown", "Bellmore", "Corvin", "Dahlby", "Elstad", "Farrow", "Grimsby", "Hollis", "Ivarsen", "Jarrow")
COUNTRIES = ("DE", "FR", "GB", "US", "JP", "SE", "BR")
TIERS = (("Free", 0), ("Plus", 900), ("Pro", 14_000), ("Enterprise", 85_000))


def write(story: Story) -> None:
    """Forty accounts, a hundred contacts, three segments."""
    accounts = []
    for number in range(40):
        industry = ("studio", "retail", "media")[number % 3]
        tier, around = TIERS[(number * 7) % 4]
        name = f"{FIRST[number % 20]} {SECOND[industry][number // 20]}"
        accounts.append(
            {
                "name": name,
                "kind": "dealer" if industry == "retail" else "company",
                "status": "customer" if number % 9 else "trial",
                "tier": tier,
                "revenue": round(around * story.dice.uniform(0.6, 1.6)),
                "currency": "EUR",
                "size": int(story.dice.lognormvariate(3.2, 1.1)) + 1,
                "industry": industry,
                "country": COUNTRIES[number % 7],
                "domain": f"{name.lower().replace(' ', '-')}.example",
            }
        )
    made = story.create("account", accounts)
    story.create("contact", [_contact(story, number, made[number % 40]) for number in range(100)])
    story.create(
        "segment",
        [
            {"name": name, "subject": "account", "rule": rule}
            for name, rule in (
                ("Pro and above", {"field": "tier", "one_of": ["Pro", "Enterprise"]}),
                ("Retail partners", {"field": "kind", "is": "dealer"}),
                ("Large accounts", {"field": "revenue", "at_least": 50000}),
            )
        ],
    )


def _contact(story: Story, number: int, account: object) -> dict[str, object]:
    name = f"{GIVEN[number % 20]} {FAMILY[(number // 20 + number) % 10]}"
    word = name.lower().replace(" ", ".")
    return {
        "name": name,
        "email": f"{word}.{number}@customer.example",
        "account": account,
        "role": story.dice.choice(("Editor", "Owner", "Buyer", "Photographer", "Shop manager")),
    }
