"""The room of reading: names, events with status, figures, quotes and dates in a text."""
