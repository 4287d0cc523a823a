"""Registry of indicators: one folder an indicator."""
