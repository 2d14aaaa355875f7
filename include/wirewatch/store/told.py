"""told"""
