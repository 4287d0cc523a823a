-- Grain: one row per disease group of a filière, of a group or of a réseau, with the people concerned in France.
select groupe_maladie, libelle, filiere, valeur_basse, valeur_centrale, valeur_haute, unite, part_enfants_pct,
       exclu_des_sommes = 'oui' as exclu_des_sommes, provenance
from groupes_maladies
where filiere = $filiere
   or groupe_maladie = $groupe
   or groupe_maladie = (select groupe_maladie from reseaux where reseau_id = $reseau)
order by groupe_maladie
