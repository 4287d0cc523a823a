-- Grain: one row per département of residence × group or filière × year × age class × modality, « tous » included.
-- Without « complet », age classes are not crossed with modalities.
with comptes as (
    select
        c.groupe,
        c.filiere,
        c.annee,
        m.modalite,
        case when grouping(c.age) = 1 then -1 else c.age end as age,
        case when grouping(c.departement) = 1 then -1 else c.departement end as departement,
        sum(c.patients * m.compte) as patients
    from cellules_territoire as c
    inner join ref_modalites as m on m.modalites = c.modalites
    group by grouping sets (
        (c.groupe, c.filiere, c.annee, m.modalite),
        (c.groupe, c.filiere, c.annee, m.modalite, c.age),
        (c.groupe, c.filiere, c.annee, m.modalite, c.departement),
        (c.groupe, c.filiere, c.annee, m.modalite, c.age, c.departement)
    )
),
gardes as (
    select *
    from comptes
    where age <> 0 and patients > 0 and ($complet or modalite = 'total' or age = -1)
),
final as (
    select
        case k.departement when -1 then 'tous' when 0 then '99' else d.prefixe end as departement_residence,
        coalesce(g.groupe_maladie, 'tous') as groupe_maladie,
        coalesce(f.filiere, 'tous') as filiere,
        cast(k.annee as integer) as annee,
        case k.age when 1 then 'enfant' when 2 then 'adulte' else 'tous' end as classe_age,
        k.modalite,
        cast(k.patients as bigint) as patients,
        $provenance as provenance,
        '' as source_url,
        '' as note
    from gardes as k
    left join ref_groupes as g on g.groupe = k.groupe
    left join ref_filieres as f on f.rang = k.filiere
    left join ref_departements as d on d.departement = k.departement
)
select * from final
