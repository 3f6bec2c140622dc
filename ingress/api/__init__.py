"""`/api`: what scripts and pages may ask, and the description of it."""
