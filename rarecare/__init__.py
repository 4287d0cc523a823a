"""RareCare: atlas of French rare-disease expertise."""

__version__ = "0.1.0"
