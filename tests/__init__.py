"""What the bridge promises, tried on real parts."""
