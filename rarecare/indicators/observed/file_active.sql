-- Grain: one row per row of the table file_active, with the filière and the hospital of its centre.
with final as (
    select
        file_active.*,
        sites.filiere,
        sites.etablissement_id
    from file_active
    join sites using (centre_id)
)
select * from final
order by centre_id, groupe_maladie, annee, modalite, classe_age, departement_residence
