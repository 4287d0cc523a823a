-- Grain: one row per event, its group of diseases completed from its disease.
-- A disease followed by networks of several groups takes the group of the centre; without one of them, it stays unknown.
with final as (
    select
        e.* exclude (groupe_maladie),
        coalesce(e.groupe_maladie, du_centre.groupe_maladie, seul.groupe_maladie) as groupe_maladie
    from evenements_lus as e
    left join ref_centres as c on c.centre_id = e.centre_id
    left join ref_maladies as du_centre
        on du_centre.maladie = e.maladie and du_centre.groupe_maladie = c.groupe_maladie
    left join ref_maladies as seul on seul.maladie = e.maladie and seul.groupes = 1
)
select * from final
