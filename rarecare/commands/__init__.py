"""The commands, one module a family; :mod:`rarecare.cli` only assembles them."""
