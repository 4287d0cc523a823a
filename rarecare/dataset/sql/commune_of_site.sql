-- Grain: one row, the commune of a hospital or of a labelled site.
select distinct code_commune
from sites
where centre_id = $site or etablissement_id = $site
limit 1
