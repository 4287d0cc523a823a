-- Grain: one row per centre × group × year × modality × age class × département with a known delay; -1 is all of them.
with suivis as (
    select p.centre, -1 as groupe, p.annee, p.modalites, p.delai, p.patient_id
    from passages as p
    where $avec_delais and p.delai is not null
    union all
    select f.centre, f.groupe, f.annee, f.modalites, f.delai, f.patient_id
    from faits as f
    where $avec_delais and f.delai is not null and f.motif is null
),
vus as (
    select s.centre, s.groupe, s.annee, m.modalite, a.age, a.departement, s.delai % 65536 as delai_jours
    from suivis as s
    inner join annees_patient as a on a.patient_id = s.patient_id and a.annee = s.annee
    inner join ref_modalites as m on m.modalites = s.modalites and m.compte = 1
),
final as (
    select
        centre,
        groupe,
        annee,
        modalite,
        case when grouping(age) = 1 then -1 else age end as age,
        case when grouping(departement) = 1 then -1 else departement end as departement,
        median(delai_jours) as delai_jours
    from vus
    group by grouping sets (
        (centre, groupe, annee, modalite),
        (centre, groupe, annee, modalite, age),
        (centre, groupe, annee, modalite, departement),
        (centre, groupe, annee, modalite, age, departement)
    )
)
select * from final
