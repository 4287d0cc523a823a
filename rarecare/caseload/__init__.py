"""From pseudonymised care events to files actives: one set of SQL, two engines.

Events are read, checked and reduced to distinct patients; only counts come out. The statements of ``sql/`` are in the
dialect of DuckDB and translated for Apache Spark. See ``docs/adr/0011-one-sql-two-engines-for-caseloads.md``.
"""
