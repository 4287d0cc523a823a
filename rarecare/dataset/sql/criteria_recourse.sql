-- Grain: one row per number read about recourse or burden of care, for the group or for all rare diseases of a place.
select
    recours_id, critere, libelle, valeur, unite, annee, provenance, source_url, note,
    groupe_maladie is null as toutes_maladies
from recours_soins
where groupe_maladie = $groupe
   or groupe_maladie is null
order by toutes_maladies, recours_id
