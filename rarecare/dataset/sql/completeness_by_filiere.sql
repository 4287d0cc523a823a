-- Grain: one row per filière and kind of site (poste), France first.
select case portee when 'france' then 'France' else cle end as filiere, poste,
       connus, dont_publies, dont_label_en_cours, publies, part, annee, periode, phrase
from completude
where portee in ('france', 'filiere')
order by portee = 'filiere', cle, poste
