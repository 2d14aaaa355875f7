"""The room of stories: copies, which story, what is new, and the ledgers."""
