-- Grain: one row per patient × year, whatever the centre.
-- Residence of the last event of the year (same day: the greatest code), age class of the first one (same day: child).
-- With a single fact in the year (« faits » = 1, most of them), the row holds that fact; the others are in « details ».
select
    patient_id,
    annee,
    cast(count(*) as integer) as faits,
    cast(coalesce(max(lieu) % 128, 0) as tinyint) as departement,
    cast(coalesce(min(age) % 4, 0) as tinyint) as age,
    min(centre) as centre,
    max(centre) as centre_max,
    min(groupe) as groupe,
    max(evenements) as evenements,
    max(modalites) as modalites,
    max(statut) as statut,
    max(delai) as delai
from faits
where motif is null
group by patient_id, annee
