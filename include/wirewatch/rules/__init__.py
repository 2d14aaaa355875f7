"""The room of rules: what editors write, which rules could match, and whether they do."""
