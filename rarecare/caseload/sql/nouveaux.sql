-- Grain: one row per centre × group × year (« tous » included); the first year of the events says nothing, hence null.
with final as (
    select
        r.centre_id,
        coalesce(g.groupe_maladie, 'tous') as groupe_maladie,
        cast(c.annee as integer) as annee,
        cast(sum(c.patients) as bigint) as patients,
        cast(case when c.annee > $premiere then sum(c.nouveaux) end as bigint) as nouveaux_patients,
        cast(case when c.annee > $premiere then sum(c.patients - c.nouveaux) end as bigint) as patients_deja_suivis
    from cellules as c
    inner join ref_centres as r on r.centre = c.centre
    left join ref_groupes as g on g.groupe = c.groupe
    group by r.centre_id, coalesce(g.groupe_maladie, 'tous'), c.annee
)
select * from final
