"""Measures of access on arrays."""
