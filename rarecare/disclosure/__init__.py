"""The gate that every patient count passes before it leaves RareCare."""
