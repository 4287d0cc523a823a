-- Grain: one row per centre × group × year × modality × age class × département with a known delay; -1 is all of them.
with suivis as (
    select centre, groupe, annee, modalites, departement, age, delai from annees_patient where faits = 1
    union all
    select centre, -1 as groupe, annee, modalites, departement, age, delai from annees_patient where faits = 1
    union all
    select centre, groupe, annee, modalites, departement, age, delai from details
    union all
    select centre, -1 as groupe, annee, modalites, departement, age, delai from passages
),
vus as (
    select s.centre, s.groupe, s.annee, m.modalite, s.age, s.departement, s.delai % 65536 as delai_jours
    from suivis as s
    inner join ref_modalites as m on m.modalites = s.modalites and m.compte = 1
    where $avec_delais and s.delai is not null
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
