"""The demo wire: a small publisher on this machine, whose invented story unfolds in steps."""
