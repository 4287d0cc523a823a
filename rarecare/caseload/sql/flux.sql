-- Grain: one row per département of residence × centre × year × group (« tous » included).
with comptes as (
    select departement, centre, annee, groupe, sum(patients) as patients
    from cellules
    group by departement, centre, annee, groupe
),
final as (
    select
        coalesce(d.prefixe, '99') as departement_residence,
        r.centre_id,
        cast(c.annee as integer) as annee,
        coalesce(g.groupe_maladie, 'tous') as groupe_maladie,
        cast(c.patients as bigint) as patients
    from comptes as c
    inner join ref_centres as r on r.centre = c.centre
    left join ref_groupes as g on g.groupe = c.groupe
    left join ref_departements as d on d.departement = c.departement
)
select * from final
