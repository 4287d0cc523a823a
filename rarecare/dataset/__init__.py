"""Tables, rules, build, versions and the read-only store."""
