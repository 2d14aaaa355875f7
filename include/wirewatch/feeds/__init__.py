"""The room of feeds: bytes to entries, when to ask again, what is new, and who is read."""
