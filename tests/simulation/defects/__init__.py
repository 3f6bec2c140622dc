"""Seeded defects: production with one thing broken, which the checker must notice."""

from tests.simulation.defects import doubts, rights, slips, to_zoho
from tests.simulation.defects.hunting import DEFECTS, MOST, Hunted

__all__ = ["DEFECTS", "MOST", "Hunted", "doubts", "rights", "slips", "to_zoho"]
