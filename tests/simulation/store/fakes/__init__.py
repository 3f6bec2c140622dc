"""What each named query of the bridge does, written once more over the tables in memory."""

from tests.simulation.store.fakes import (
    appending,
    budgets,
    connections,
    deciding,
    journal,
    leasing,
    sending,
    settling,
    sleeping,
)

ALL = (appending, budgets, connections, deciding, journal, leasing, sending, settling, sleeping)
