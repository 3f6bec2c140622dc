"""What each named query of the bridge does, written once more over the tables in memory."""

from tests.simulation.store.fakes import (  # noqa: F401  each registers its queries
    appending,
    asking_zoho,
    budgets,
    claiming,
    connections,
    contacts_of_xero,
    contacts_to_zoho,
    deciding,
    journal,
    leasing,
    resolving,
    sending,
    settling,
)
