-- Grain: one row per row of data/centres.csv, with its réseau, its hospital, its level, the import
-- that brought it and its row in the travel matrix.
create table sites as
with ranked as (
    select
        centres.*,
        case centres.type
            when 'coordonnateur' then 1 when 'constitutif' then 2 when 'crc' then 3 when 'competence' then 4
        end as rang_type,
        case when centres.type = 'competence' then 'proximite' else 'expertise' end as niveau,
        centres.type = 'coordonnateur' and exists (
            select 1
            from centres as later
            where later.reseau_id = centres.reseau_id
              and later.type = 'coordonnateur'
              and later.periode_label > centres.periode_label
        ) as est_remplace
    from centres
),
final as (
    select
        ranked.centre_id, ranked.filiere, ranked.reseau_id, reseaux.libelle as reseau, reseaux.sigle,
        reseaux.groupe_maladie, ranked.type, ranked.rang_type, ranked.niveau, ranked.est_remplace, ranked.etablissement_id,
        etablissements.nom as nom_etablissement, etablissements.ville, etablissements.code_commune,
        etablissements.departement, communes.region, communes.longitude, communes.latitude,
        ranked.audience, ranked.periode_label, ranked.provenance, ranked.confiance, ranked.source_url, ranked.note,
        imported_centres.import_id, matrix_rows.matrix_row
    from ranked
    join reseaux using (reseau_id)
    join etablissements using (etablissement_id)
    join communes using (code_commune)
    join matrix_rows using (code_commune)
    left join imported_centres using (centre_id)
)
select * from final
order by centre_id
