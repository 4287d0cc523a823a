-- Grain: one row per patient × year, whatever the centre.
-- Residence of the last event of the year (same day: the greatest code), age class of the first one (same day: child).
select
    p.patient_id,
    p.annee,
    cast(count(*) as smallint) as centres,
    cast(coalesce(max(p.lieu) % 128, 0) as smallint) as departement,
    cast(coalesce(min(p.age) % 4, 0) as tinyint) as age,
    bit_or(p.modalites) as modalites,
    min(p.groupe_min) as groupe_min,
    max(p.groupe_max) as groupe_max,
    min(c.filiere) as filiere_min,
    max(c.filiere) as filiere_max
from passages as p
inner join ref_centres as c on c.centre = p.centre
group by p.patient_id, p.annee
