"""`bridge doctor`: a look into everything that a running bridge needs, with what to do."""
