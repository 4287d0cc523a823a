-- Grain: one row per patient × year × centre × group of diseases; refused events, one row per reason without a patient.
-- « modalites » adds 1 (site) and 2 (telemedecine). What only one event of the year decides is packed behind the day of
-- the year, so that max() or min() keeps the last or the first event, whatever the order of the rows:
--   lieu = day × 128 + département, statut = day × 4 + status, delai = day × 65536 + days, age = day × 4 + class.
with final as (
    select
        case when motif is null then patient_id end as patient_id,
        cast(case when motif is null then year(jour) end as smallint) as annee,
        case when motif is null then centre end as centre,
        case when motif is null then groupe end as groupe,
        motif,
        count(*) as evenements,
        cast(bit_or(modalite) as tinyint) as modalites,
        cast(max(rang_jour * 128 + departement) as integer) as lieu,
        cast(min(rang_jour * 4 + age) as integer) as age,
        cast(max(rang_jour * 4 + statut) as integer) as statut,
        cast(max(case when delai_jours between 0 and 65535 then rang_jour * 65536 + delai_jours end) as integer) as delai
    from evenements_reconnus
    group by 1, 2, 3, 4, 5
)
select * from final
