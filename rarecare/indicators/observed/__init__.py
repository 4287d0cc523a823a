"""Observed files actives: what centres and filières supplied, after the gate of :mod:`rarecare.disclosure`.

Everything here is computed from protected rows: a sum, a share or a ranking can then say nothing more than they do.
"""
