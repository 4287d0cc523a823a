-- Grain: one row per disease group and département whose frequency is known to differ from the national one.
select groupe_maladie, groupes_maladies.libelle as groupe, groupes_maladies.filiere, departement,
       departements.nom as nom_departement, facteur, modificateurs_regionaux.provenance,
       modificateurs_regionaux.source_url, modificateurs_regionaux.note
from modificateurs_regionaux
join groupes_maladies using (groupe_maladie)
join departements using (departement)
order by groupe, departement
