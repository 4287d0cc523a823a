"""Files that readers bring: read, matched to a table, checked, then accepted as a new version."""
