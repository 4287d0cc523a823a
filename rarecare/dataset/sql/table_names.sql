-- Grain: one row per table of the dataset.
select table_name
from duckdb_tables()
where not internal
order by table_name
