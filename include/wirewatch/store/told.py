"""The store of told: to be written."""
