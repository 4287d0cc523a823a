-- Grain: one row per filière; the label leaves out the words that all filières share.
with named as (
    select filiere, regexp_replace(regexp_replace(nom_complet, '^.* – ', ''), '^Filière (de santé |des )?', '') as nom
    from filieres
),
final as (
    select filiere as code, filiere || ' – ' || upper(left(nom, 1)) || substr(nom, 2) as libelle
    from named
)
select * from final
order by code
