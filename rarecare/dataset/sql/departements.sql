-- Grain: one row per département.
select departement, nom, region from departements order by departement
