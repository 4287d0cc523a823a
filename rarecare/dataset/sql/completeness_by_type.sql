-- Grain: one row per filière. What is known of each kind of site, and what is published of it (null = nobody did).
with counted as (
    select cle as filiere, poste, connus, publies,
           connus || case when publies is null then '' else ' sur ' || publies end as texte
    from completude
    where portee = 'filiere'
)
select filiere,
       max(texte) filter (where poste = 'coordonnateur') as coordonnateurs,
       max(connus) filter (where poste = 'coordonnateur') as coordonnateurs_connus,
       max(publies) filter (where poste = 'coordonnateur') as coordonnateurs_publies,
       max(texte) filter (where poste = 'constitutif') as constitutifs,
       max(connus) filter (where poste = 'constitutif') as constitutifs_connus,
       max(publies) filter (where poste = 'constitutif') as constitutifs_publies,
       max(texte) filter (where poste = 'reference') as centres_reference,
       max(connus) filter (where poste = 'reference') as centres_reference_connus,
       max(publies) filter (where poste = 'reference') as centres_reference_publies,
       max(texte) filter (where poste = 'crc') as crc,
       max(connus) filter (where poste = 'crc') as crc_connus,
       max(publies) filter (where poste = 'crc') as crc_publies,
       max(texte) filter (where poste = 'competence') as competences,
       max(connus) filter (where poste = 'competence') as competences_connus,
       max(publies) filter (where poste = 'competence') as competences_publies
from counted
group by filiere
order by filiere
