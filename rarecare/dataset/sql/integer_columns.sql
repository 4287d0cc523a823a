-- Grain: one row per column of whole numbers of a table.
select column_name
from duckdb_columns()
where table_name = $name and data_type in ('BIGINT', 'INTEGER')
order by column_index
