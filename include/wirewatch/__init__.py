"""Wirewatch tells a desk, once, when something new happens in a story it watches."""

__version__ = "0.1.0"
