"""Measurements, each beside its bound where there is one; never part of the tests."""
