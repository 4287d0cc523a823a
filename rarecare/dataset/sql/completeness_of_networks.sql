-- Grain: one row per réseau and kind of site (poste) with a published count, of a réseau or of the réseaux of a group.
-- No row unless every réseau asked about has a published count: one of six must not stand for the group.
with asked as (
    select reseau_id, coalesce(sigle, libelle) as nom
    from reseaux
    where reseau_id = $reseau or groupe_maladie = $groupe
),
told as (
    select asked.nom, completude.*
    from asked
    join completude on completude.portee = 'reseau' and completude.cle = asked.reseau_id
    qualify row_number() over (partition by cle, poste order by annee desc nulls last) = 1
)
select nom, cle as reseau_id, poste, connus, dont_publies, dont_label_en_cours, publies, part, annee, periode, phrase
from told
where (select count(*) from asked) = (select count(distinct cle) from told)
order by nom, reseau_id, poste
