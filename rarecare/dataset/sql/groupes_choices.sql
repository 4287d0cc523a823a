-- Grain: one row per disease group that at least one réseau serves.
select groupe_maladie as code, libelle, filiere
from groupes_maladies
where groupe_maladie in (select groupe_maladie from reseaux where groupe_maladie is not null)
order by libelle
