"""The console: alerts as lines for people, on the terminal or at the end of a file."""
