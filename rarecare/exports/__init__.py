"""Files that leave RareCare: every table in every format, patient counts protected, with sources and version."""
