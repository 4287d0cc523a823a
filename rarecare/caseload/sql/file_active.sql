-- Grain: one row per centre × group × year × modality × age class × département of residence, « tous » included.
-- Without « complet », age classes and départements are not crossed with each other, nor départements with modalities.
with sans_departement as (
    select
        c.centre,
        c.groupe,
        c.annee,
        c.modalites,
        c.age,
        sum(c.patients) as patients,
        sum(c.nouveaux) as nouveaux,
        sum(c.confirmes) as confirmes,
        sum(c.probables) as probables,
        sum(c.indetermines) as indetermines
    from cellules as c
    group by c.centre, c.groupe, c.annee, c.modalites, c.age
),
par_age as (
    select
        s.centre,
        s.groupe,
        s.annee,
        m.modalite,
        case when grouping(s.age) = 1 then -1 else s.age end as age,
        -1 as departement,
        sum(s.patients * m.compte) as patients,
        sum(s.nouveaux * m.compte) as nouveaux,
        sum(s.confirmes * m.compte) as confirmes,
        sum(s.probables * m.compte) as probables,
        sum(s.indetermines * m.compte) as indetermines
    from sans_departement as s
    inner join ref_modalites as m on m.modalites = s.modalites
    group by grouping sets (
        (s.centre, s.groupe, s.annee, m.modalite),
        (s.centre, s.groupe, s.annee, m.modalite, s.age)
    )
),
par_departement as (
    select
        centre,
        groupe,
        annee,
        'total' as modalite,
        -1 as age,
        departement,
        sum(patients) as patients,
        sum(nouveaux) as nouveaux,
        sum(confirmes) as confirmes,
        sum(probables) as probables,
        sum(indetermines) as indetermines
    from cellules
    where not $complet
    group by centre, groupe, annee, departement
),
croises as (
    select
        c.centre,
        c.groupe,
        c.annee,
        m.modalite,
        case when grouping(c.age) = 1 then -1 else c.age end as age,
        c.departement,
        sum(c.patients * m.compte) as patients,
        sum(c.nouveaux * m.compte) as nouveaux,
        sum(c.confirmes * m.compte) as confirmes,
        sum(c.probables * m.compte) as probables,
        sum(c.indetermines * m.compte) as indetermines
    from cellules as c
    inner join ref_modalites as m on m.modalites = c.modalites
    where $complet
    group by grouping sets (
        (c.centre, c.groupe, c.annee, m.modalite, c.departement),
        (c.centre, c.groupe, c.annee, m.modalite, c.departement, c.age)
    )
),
comptes as (
    select centre, groupe, annee, modalite, age, departement, patients, nouveaux, confirmes, probables, indetermines
    from par_age
    union all
    select centre, groupe, annee, modalite, age, departement, patients, nouveaux, confirmes, probables, indetermines
    from par_departement
    union all
    select centre, groupe, annee, modalite, age, departement, patients, nouveaux, confirmes, probables, indetermines
    from croises
),
gardes as (
    select *
    from comptes
    where age <> 0 and (patients > 0 or departement = -1)
),
final as (
    select
        c.centre_id,
        coalesce(g.groupe_maladie, 'tous') as groupe_maladie,
        cast(k.annee as integer) as annee,
        k.modalite,
        case k.age when 1 then 'enfant' when 2 then 'adulte' else 'tous' end as classe_age,
        case k.departement when -1 then 'tous' when 0 then '99' else d.prefixe end as departement_residence,
        cast(k.patients as bigint) as patients,
        cast(case when k.annee > $premiere then k.nouveaux end as bigint) as nouveaux_patients,
        cast(case when $avec_statuts then k.confirmes end as bigint) as diagnostics_confirmes,
        cast(case when $avec_statuts then k.probables end as bigint) as diagnostics_probables,
        cast(case when $avec_statuts then k.indetermines end as bigint) as diagnostics_indetermines,
        round(cast(m.delai_jours as double) / 30.4375, 1) as delai_diagnostic_median_mois,
        $provenance as provenance,
        '' as source_url,
        '' as note
    from gardes as k
    inner join ref_centres as c on c.centre = k.centre
    left join ref_groupes as g on g.groupe = k.groupe
    left join ref_departements as d on d.departement = k.departement
    left join medianes as m
        on m.centre = k.centre and m.groupe = k.groupe and m.annee = k.annee
        and m.modalite = k.modalite and m.age = k.age and m.departement = k.departement
)
select * from final
