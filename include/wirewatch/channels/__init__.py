"""Where alerts go: one folder a channel, with a pure `look` and a `send` that touches the world."""
