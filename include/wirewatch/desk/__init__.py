"""The corridor: opens the rooms in order. Every step can be run again and does no harm twice."""
