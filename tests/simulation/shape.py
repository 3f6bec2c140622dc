"""What a schedule is about and how large it is, drawn from its seed alone."""

import random
from dataclasses import dataclass, replace
from typing import Final, Literal

from tests.simulation.chance import PROFILES, Profile

# Most that can go wrong shows where people do little; some of it only where they do much, or fast.
SIZES: Final = (1, 2, 2, 2, 3, 3, 4, 8)
PARTNERS: Final = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3)
PACES: Final = (0.0, 0.3, 0.3, 1.0)
Scope = Literal["usual", "sales", "purchases"]
SCOPES: Final[tuple[Scope, ...]] = ("usual",) * 6 + ("sales", "purchases")
WIDE_SIZES: Final = (3, 4, 4, 5, 8)  # what is refunded or written off must be there before


@dataclass(frozen=True, slots=True)
class Shape:
    """A schedule's outline: so many actions of people in each organisation's Zoho.

    `pace` scales the time between them: 1.0 is about one in three seconds, 0.0 one each second.
    `shared`: all of them are kept true in one Xero organisation.
    `partners` are actions of people in each organisation's Xero, whose contacts go to Zoho.
    `scope`: the usual acts of sales, or all that there are on one side.
    """

    profile: Profile
    organisations: int = 1
    actions: int = max(SIZES)
    pace: float = 1.0
    shared: bool = False
    partners: int = 0
    scope: Scope = "usual"

    @property
    def tenants(self) -> dict[int, str]:
        """The Xero organisation of each connection."""
        return {n: f"T{1 if self.shared else n}" for n in range(1, self.organisations + 1)}


def shape_of(seed: int) -> Shape:
    """The shape of a seed's schedule; each profile in turn."""
    drawn = random.Random(f"{seed}/shape")
    profile = PROFILES[seed % len(PROFILES)]
    organisations, shared = 1 + seed % 7 // 6, seed % 21 == 20
    actions, pace = drawn.choice(SIZES), drawn.choice(PACES)
    # Two companies that share contacts in Xero would each have all of them in Zoho: not played.
    partners = 0 if shared else drawn.choice(PARTNERS)
    aside = random.Random(f"{seed}/scope")
    scope = aside.choice(SCOPES)
    actions = actions if scope == "usual" else aside.choice(WIDE_SIZES)
    return Shape(profile, organisations, actions, pace, shared, partners, scope)


def largest(seed: int) -> Shape:
    """The shape of a seed's schedule with the most that people may do, at the usual pace."""
    return replace(shape_of(seed), actions=max(SIZES), pace=1.0, shared=False)


def large(
    profile: str, organisations: int = 1, *, shared: bool = False, scope: Scope = "usual"
) -> Shape:
    """The largest shape of a profile, by its name."""
    named = next(each for each in PROFILES if each.name == profile)
    return Shape(named, organisations, shared=shared, scope=scope)
