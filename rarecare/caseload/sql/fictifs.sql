-- Grain: at most one row, when a patient kept is made up: `rarecare fake` begins their identifiers with « fictif ».
select 1 as fictif
from faits
where motif is null and lower(patient_id) like 'fictif%'
limit 1
