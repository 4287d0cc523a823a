-- Grain: one row per réseau.
select reseau_id as code, filiere || ' – ' || libelle as libelle, filiere from reseaux order by filiere, libelle
