"""The store of outbox: to be written."""
