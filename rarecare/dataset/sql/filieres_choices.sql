-- Grain: one row per filière.
select filiere as code, filiere || ' – ' || nom_complet as libelle from filieres order by filiere
