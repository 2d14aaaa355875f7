"""The store of rules: to be written."""
