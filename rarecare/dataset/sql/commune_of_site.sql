-- Grain: one row, the commune of a hospital or of a labelled site that the reader may see.
select distinct code_commune
from sites
where (centre_id = $site or etablissement_id = $site)
  and (
      $provenance = 'tous'
      or (provenance in ('publie', 'officiel') and periode_label is not null)
  )
limit 1
