"""The store of runs: to be written."""
