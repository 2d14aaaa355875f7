"""How the store's tables came to be what they are, step by step: one file a step in `versions`."""
