-- Grain: one row per row of the table file_active_territoire.
with final as (
    select *
    from file_active_territoire
)
select * from final
order by departement_residence, groupe_maladie, filiere, annee, modalite, classe_age
