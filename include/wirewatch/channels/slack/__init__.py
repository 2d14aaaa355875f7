"""Slack: `look.py` says how a message looks, `send.py` how it gets there."""
