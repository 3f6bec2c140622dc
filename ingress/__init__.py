"""The door: webhooks in, events stamped, and the history of what became of them."""
