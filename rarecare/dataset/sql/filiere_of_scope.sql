-- Grain: one row, the filière of a disease group or of a réseau.
select distinct filiere
from reseaux
where reseau_id = $reseau or groupe_maladie = $groupe
order by filiere
limit 1
