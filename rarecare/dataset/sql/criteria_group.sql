-- Grain: one row, a disease group with its prevalence and how many diseases and réseaux it gathers.
select
    groupe_maladie, libelle, filiere, valeur_basse, valeur_centrale, valeur_haute, unite, part_enfants_pct, methode,
    provenance, source_url, note,
    (select count(*) from reseaux where reseaux.groupe_maladie = groupes_maladies.groupe_maladie) as reseaux,
    (
        select count(distinct maladies_reseaux.maladie_id)
        from maladies_reseaux
        join reseaux using (reseau_id)
        where reseaux.groupe_maladie = groupes_maladies.groupe_maladie
    ) as maladies
from groupes_maladies
where groupe_maladie = $groupe
