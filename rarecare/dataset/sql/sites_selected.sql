-- Grain: one row per labelled site (réseau × hospital) that a selection keeps, under its latest label among those kept.
with kept as (
    select *
    from sites
    where ($filiere is null or filiere = $filiere)
      and ($groupe is null or groupe_maladie = $groupe)
      and ($reseau is null or reseau_id = $reseau)
      and (
          $provenance = 'tous'
          or provenance = $provenance
          or ($provenance = 'publie' and provenance = 'officiel')
          or ($provenance = 'publie_date' and provenance in ('publie', 'officiel') and periode_label is not null)
      )
      and (
          $periode = 'en_cours'
          or ($periode = 'sans' and periode_label is null)
          or periode_label = $periode
      )
),
latest as (
    select *
    from kept
    qualify row_number() over (
        partition by reseau_id, etablissement_id
        order by periode_label desc nulls last, rang_type, centre_id
    ) = 1
),
final as (
    select *
    from latest
    where ($niveau = 'proximite' or niveau = 'expertise')
      and ($public = 'tous' or audience is null or audience in ('mixte', $public))
)
select * from final
order by rang_type, nom_etablissement, centre_id
