-- Grain: one row per (disease, réseau) for the diseases that carry the identifier, ORPHA code, name or synonym given.
with wanted as (
    select replace(strip_accents(lower($maladie)), '’', '''') as words
),
written as (
    select
        maladies.*,
        replace(strip_accents(lower(nom)), '’', '''') as words,
        string_split(replace(strip_accents(lower(coalesce(synonymes, ''))), '’', ''''), '|') as other_words
    from maladies
),
named as (
    select written.maladie_id, written.nom, written.orpha_code, written.filiere, written.provenance
    from written, wanted
    where wanted.words <> ''
      and (
          written.maladie_id = $maladie
          or written.orpha_code::varchar = regexp_replace(upper($maladie), '^ORPHA:? ?', '')
          or written.words = wanted.words
          or list_contains(written.other_words, wanted.words)
      )
),
final as (
    select named.*, maladies_reseaux.reseau_id
    from named
    left join maladies_reseaux using (maladie_id)
)
select * from final
order by nom, reseau_id
