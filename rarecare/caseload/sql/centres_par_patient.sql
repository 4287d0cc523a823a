-- Grain: one row per year × number of centres in which a patient was seen that year, those of « details » only.
with final as (
    select annee, centres, count(*) as patients
    from (select annee, count(*) as centres from passages group by patient_id, annee) as comptes
    group by annee, centres
)
select * from final
