"""What each named query of the bridge does, written once more over the tables in memory."""

from tests.simulation.store.fakes import (  # noqa: F401  each registers its queries
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
