-- Grain: one row per kind of site (poste) that a région publishes; the count of all its sites alone when there is one.
select regions.nom, poste, connus, publies, annee, phrase
from completude
join regions on regions.region = completude.cle
where portee = 'region' and cle = $region
qualify poste = 'proximite' or not bool_or(poste = 'proximite') over ()
order by poste
