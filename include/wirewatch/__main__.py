"""`python -m wirewatch` is the command line."""

from wirewatch.cli import main

main()
