-- Grain: one row per patient × year × centre, whatever the group of diseases.
select
    patient_id,
    annee,
    centre,
    sum(evenements) as evenements,
    bit_or(modalites) as modalites,
    max(lieu) as lieu,
    min(age) as age,
    max(statut) as statut,
    max(delai) as delai,
    min(groupe) as groupe_min,
    max(groupe) as groupe_max
from faits
where motif is null
group by patient_id, annee, centre
