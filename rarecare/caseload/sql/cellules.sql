-- Grain: one row per centre × group × year × département of residence × age class × modalities; group -1 is all groups.
-- Every patient of a centre, or of a group in a centre, is in one cell of a year: sums of cells count distinct patients.
with suivis as (
    select p.centre, -1 as groupe, p.annee, p.modalites, p.statut, p.evenements, p.patient_id
    from passages as p
    union all
    select f.centre, f.groupe, f.annee, f.modalites, f.statut, f.evenements, f.patient_id
    from faits as f
    where f.motif is null
),
final as (
    select
        s.centre,
        s.groupe,
        s.annee,
        a.departement,
        a.age,
        s.modalites,
        count(*) as patients,
        count(*) filter (where r.premiere = s.annee) as nouveaux,
        count(*) filter (where s.statut % 4 = 3) as confirmes,
        count(*) filter (where s.statut % 4 = 2) as probables,
        count(*) filter (where s.statut % 4 = 1) as indetermines,
        count(*) filter (where a.centres > 1) as partages,
        sum(s.evenements) as evenements
    from suivis as s
    inner join annees_patient as a on a.patient_id = s.patient_id and a.annee = s.annee
    inner join arrivees as r on r.patient_id = s.patient_id and r.centre = s.centre
    group by s.centre, s.groupe, s.annee, a.departement, a.age, s.modalites
)
select * from final
