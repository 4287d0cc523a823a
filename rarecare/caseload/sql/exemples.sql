-- Grain: one row per refused event, the first ones of each reason; never what an event holds.
with refuses as (
    select motif, fichier, ligne, row_number() over (partition by motif order by fichier, ligne) as rang
    from evenements_reconnus
    where motif is not null
),
final as (
    select motif, fichier, cast(ligne as bigint) as ligne
    from refuses
    where rang <= $exemples
)
select * from final
order by motif, fichier, ligne
