"""One file a step, from an empty database on. A step that was shipped is never edited."""
