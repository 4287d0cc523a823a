-- Grain: one row per région.
select region, nom from regions order by region
