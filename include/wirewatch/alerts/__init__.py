"""The room of alerts: whether to tell, when, and in which words."""
