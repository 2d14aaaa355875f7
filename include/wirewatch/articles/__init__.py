"""The room of articles: a page to clean text with its dates, names and credit."""
