-- Grain: one row per published national figure, written as French readers write it.
with written as (
    select
        libelle, annee::varchar as annee, source_url, theme,
        case precision
            when 'environ' then 'environ ' when 'plus_de' then 'plus de ' when 'au_moins' then 'au moins ' else ''
        end as reserve,
        replace(format('{:,}', valeur::bigint), ',', chr(8239))
            || case when valeur <> floor(valeur) then ',' || right(valeur::varchar, 1) else '' end as bas,
        replace(format('{:,}', valeur_haute::bigint), ',', chr(8239)) as haut,
        unite
    from chiffres
),
final as (
    select
        theme, libelle, reserve || bas || coalesce(' à ' || haut, '') || ' ' || unite as texte,
        coalesce(annee, 'non datée') as annee, source_url
    from written
)
select * from final
order by theme, libelle
