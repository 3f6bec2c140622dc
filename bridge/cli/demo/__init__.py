"""The main job shown end to end on one machine: no account, no server."""
