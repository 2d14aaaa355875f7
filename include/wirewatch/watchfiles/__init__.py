"""The editors' folder: YAML as nodes with their places, and every problem at once."""
