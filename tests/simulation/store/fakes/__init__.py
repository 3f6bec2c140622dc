"""What each named query of the bridge does, written once more over the tables in memory."""

from tests.simulation.store.fakes import (
    appending,
    budgets,
    claiming,
    connections,
    deciding,
    journal,
    leasing,
    resolving,
    sending,
    settling,
)

ALL = (
    appending,
    budgets,
    claiming,
    connections,
    deciding,
    journal,
    leasing,
    resolving,
    sending,
    settling,
)
