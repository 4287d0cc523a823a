-- Grain: one row per expertise platform (PEMR) or overseas coordination platform (PCOM) of a région.
select plateforme_id, type, nom, etablissement, ville, provenance, source_url
from plateformes
where region = $region
  and type in ('pemr', 'pemr_associee', 'pcom')
order by nom
