-- Grain: one row per centre × group × year × modality × age class × département of residence, « tous » included.
-- Without « complet », age classes and départements are not crossed with each other, nor départements with modalities.
with comptes as (
    select
        c.centre,
        c.groupe,
        c.annee,
        m.modalite,
        case when grouping(c.age) = 1 then -1 else c.age end as age,
        case when grouping(c.departement) = 1 then -1 else c.departement end as departement,
        sum(c.patients * m.compte) as patients,
        sum(c.nouveaux * m.compte) as nouveaux,
        sum(c.confirmes * m.compte) as confirmes,
        sum(c.probables * m.compte) as probables,
        sum(c.indetermines * m.compte) as indetermines
    from cellules as c
    inner join ref_modalites as m on m.modalites = c.modalites
    group by grouping sets (
        (c.centre, c.groupe, c.annee, m.modalite),
        (c.centre, c.groupe, c.annee, m.modalite, c.age),
        (c.centre, c.groupe, c.annee, m.modalite, c.departement),
        (c.centre, c.groupe, c.annee, m.modalite, c.age, c.departement)
    )
),
gardes as (
    select *
    from comptes
    where age <> 0
      and (patients > 0 or departement = -1)
      and ($complet or departement = -1 or (modalite = 'total' and age = -1))
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
