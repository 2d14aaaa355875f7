"""E-mail: alerts as messages of plain text, a story as a conversation."""
