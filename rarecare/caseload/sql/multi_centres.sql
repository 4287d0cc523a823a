-- Grain: one row per year × number of centres (1, 2, 3+) in which a patient was seen that year.
with comptes as (
    select annee, 1 as centres, patients from cellules_simples
    union all
    select annee, centres, patients from centres_par_patient
),
final as (
    select
        cast(annee as integer) as annee,
        case when centres >= 3 then '3+' else cast(centres as varchar) end as centres,
        cast(sum(patients) as bigint) as patients
    from comptes
    group by annee, case when centres >= 3 then '3+' else cast(centres as varchar) end
)
select * from final
