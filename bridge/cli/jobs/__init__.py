"""What the sweeper does by the clock, and what a person may have done at once."""
