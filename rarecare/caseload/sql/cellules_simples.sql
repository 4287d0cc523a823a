-- Grain: one row per centre × group × year × département × age class × modalities, for patients with one fact in the year.
select
    centre,
    groupe,
    annee,
    departement,
    age,
    modalites,
    count(*) as patients,
    count(*) filter (where statut % 4 = 3) as confirmes,
    count(*) filter (where statut % 4 = 2) as probables,
    count(*) filter (where statut % 4 = 1) as indetermines,
    sum(evenements) as evenements
from annees_patient
where faits = 1
group by centre, groupe, annee, departement, age, modalites
