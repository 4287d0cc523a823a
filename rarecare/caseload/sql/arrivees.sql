-- Grain: one row per patient × centre; first year seen there in the events given.
select patient_id, centre, min(annee) as premiere
from passages
group by patient_id, centre
