"""The console: alerts as lines for people, the default channel."""
