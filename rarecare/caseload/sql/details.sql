-- Grain: one row per patient × year × centre × group, for the patients seen in several centres or groups that year.
select
    f.patient_id,
    f.annee,
    f.centre,
    f.groupe,
    f.evenements,
    f.modalites,
    f.statut,
    f.delai,
    a.departement,
    a.age,
    cast(case when a.centre < a.centre_max then 1 else 0 end as tinyint) as partage
from faits as f
inner join annees_patient as a on a.patient_id = f.patient_id and a.annee = f.annee
where a.faits > 1 and f.motif is null
