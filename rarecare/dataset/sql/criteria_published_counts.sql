-- Grain: one row per published count of reference centres of a réseau of the group, latest year first.
select
    reseaux.libelle as reseau, comptes_publies.annee,
    coalesce(references_total, expertise_total, coordonnateurs + constitutifs) as centres_reference,
    comptes_publies.competences, comptes_publies.source_url, comptes_publies.note
from comptes_publies
join reseaux using (reseau_id)
where reseaux.groupe_maladie = $groupe
order by reseau, comptes_publies.annee desc nulls last
