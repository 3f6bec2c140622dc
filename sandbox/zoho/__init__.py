"""A stand-in for Zoho Inventory: organisations in memory, their REST API, and their webhooks."""
