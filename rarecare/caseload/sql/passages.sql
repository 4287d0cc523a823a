-- Grain: one row per patient × year × centre, for the patients of « details », whatever the group; « partage »: seen
-- in another centre too that year.
select
    patient_id,
    annee,
    centre,
    cast(sum(evenements) as integer) as evenements,
    bit_or(modalites) as modalites,
    max(statut) as statut,
    max(delai) as delai,
    max(departement) as departement,
    max(age) as age,
    max(partage) as partage
from details
group by patient_id, annee, centre
