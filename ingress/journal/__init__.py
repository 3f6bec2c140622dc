"""The journal: every event is written here before anybody is told that it was taken."""
