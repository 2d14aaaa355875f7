"""Runs Wirewatch on one machine: install, up, down. The package `wirewatch` knows none of it."""
