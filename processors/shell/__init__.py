"""What the world does to a decision and a decision to the world: queues, locks, rows."""
