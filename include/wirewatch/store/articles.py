"""The store of articles: to be written."""
