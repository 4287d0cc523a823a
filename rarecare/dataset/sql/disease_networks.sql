-- Grain: one row per (disease, réseau) for the diseases that carry the identifier, ORPHA code, name or synonym given.
with wanted as (
    select strip_accents(lower($maladie)) as words
),
named as (
    select maladies.maladie_id, maladies.nom, maladies.orpha_code, maladies.filiere
    from maladies, wanted
    where maladies.maladie_id = $maladie
       or maladies.orpha_code::varchar = regexp_replace(upper($maladie), '^ORPHA:? ?', '')
       or strip_accents(lower(maladies.nom)) = wanted.words
       or list_contains(string_split(strip_accents(lower(coalesce(maladies.synonymes, ''))), '|'), wanted.words)
),
final as (
    select named.*, maladies_reseaux.reseau_id
    from named
    left join maladies_reseaux using (maladie_id)
)
select * from final
order by nom, reseau_id
