-- Grain: one row per patient × year × centre × group of diseases; refused events, one row per reason without a patient.
-- Year, centre and group are grouped as one whole number (« lien »; the reason below zero when refused), which is quicker.
-- « modalites » adds 1 (site) and 2 (telemedecine). What only one event of the year decides is packed behind the day of
-- the year, so that max() or min() keeps the last or the first event, whatever the order of the rows:
--   lieu = day × 128 + département, statut = day × 4 + status, delai = day × 65536 + days, age = day × 4 + class.
with lus as (
    select
        case when motif is null then patient_id end as patient_id,
        case
            when motif is null then (cast(year(jour) as bigint) * 65536 + centre) * 65536 + groupe
            else cast(-motif as bigint)
        end as lien,
        modalite,
        commune_inconnue,
        cast(rang_jour * 128 + departement as integer) as lieu,
        cast(rang_jour * 4 + age as integer) as age,
        cast(rang_jour * 4 + statut as integer) as statut,
        cast(case when delai_jours between 0 and 65535 then rang_jour * 65536 + delai_jours end as integer) as delai
    from evenements_reconnus
),
groupes as (
    select
        patient_id,
        lien,
        count(*) as evenements,
        count(*) filter (where commune_inconnue) as communes_inconnues,
        bit_or(modalite) as modalites,
        max(lieu) as lieu,
        min(age) as age,
        max(statut) as statut,
        max(delai) as delai
    from lus
    group by patient_id, lien
),
final as (
    select
        patient_id,
        case when lien >= 0 then cast(lien // 4294967296 as smallint) end as annee,
        case when lien >= 0 then cast(lien // 65536 % 65536 as integer) end as centre,
        case when lien >= 0 then cast(lien % 65536 as integer) end as groupe,
        case when lien < 0 then cast(-lien as integer) end as motif,
        cast(evenements as integer) as evenements,
        cast(communes_inconnues as integer) as communes_inconnues,
        cast(modalites as tinyint) as modalites,
        lieu,
        age,
        statut,
        delai
    from groupes
)
select * from final
