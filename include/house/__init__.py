"""Runs Wirewatch on one machine: install, `make up`, `make down`. The package `wirewatch` knows none of it."""
