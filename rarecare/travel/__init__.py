"""Road model, travel-time matrix and engines."""
