-- Grain: one row per centre × year, all groups together.
with final as (
    select
        r.centre_id,
        cast(c.annee as integer) as annee,
        cast(sum(c.patients) as bigint) as patients,
        cast(case when c.annee > $premiere then sum(c.nouveaux) end as bigint) as nouveaux_patients,
        cast(sum(case when c.modalites in (1, 3) then c.patients else 0 end) as bigint) as patients_site,
        cast(sum(case when c.modalites in (2, 3) then c.patients else 0 end) as bigint) as patients_telemedecine,
        cast(case when $avec_ages then sum(case when c.age = 1 then c.patients else 0 end) end as bigint)
            as patients_enfants,
        cast(case when $avec_ages then sum(case when c.age = 2 then c.patients else 0 end) end as bigint)
            as patients_adultes,
        cast(sum(c.partages) as bigint) as patients_vus_ailleurs,
        cast(sum(c.evenements) as bigint) as evenements
    from cellules as c
    inner join ref_centres as r on r.centre = c.centre
    where c.groupe = -1
    group by r.centre_id, c.annee
)
select * from final
