"""The store of feeds: to be written."""
