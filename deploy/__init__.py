"""How the bridge is run: migrations, compose file, charts."""
