"""The words that all rooms share: entities, documents, commands, messages. Pure: no I/O."""
