-- Grain: one row per year × number of centres (1, 2, 3+) in which a patient was seen that year.
with final as (
    select
        cast(annee as integer) as annee,
        case when centres >= 3 then '3+' else cast(centres as varchar) end as centres,
        cast(count(*) as bigint) as patients
    from annees_patient
    group by annee, case when centres >= 3 then '3+' else cast(centres as varchar) end
)
select * from final
