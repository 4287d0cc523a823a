-- Grain: one row per kind of site (poste) of a filière, or of France when $filiere is null.
select portee, cle, poste, connus, dont_publies, dont_label_en_cours, publies, part, annee, periode, phrase
from completude
where portee = case when $filiere is null then 'france' else 'filiere' end
  and cle = coalesce($filiere, 'France')
order by poste
