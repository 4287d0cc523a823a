-- Grain: one row per département of residence × centre × year × group (« tous » included).
with final as (
    select
        coalesce(d.prefixe, '99') as departement_residence,
        r.centre_id,
        cast(c.annee as integer) as annee,
        coalesce(g.groupe_maladie, 'tous') as groupe_maladie,
        cast(sum(c.patients) as bigint) as patients
    from cellules as c
    inner join ref_centres as r on r.centre = c.centre
    left join ref_groupes as g on g.groupe = c.groupe
    left join ref_departements as d on d.departement = c.departement
    group by coalesce(d.prefixe, '99'), r.centre_id, c.annee, coalesce(g.groupe_maladie, 'tous')
)
select * from final
