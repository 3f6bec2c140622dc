"""Who may come in over HTTP, and what they may do: users, sessions, tokens, roles."""
