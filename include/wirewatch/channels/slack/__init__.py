"""Slack: a bot token posts, replies and edits."""
