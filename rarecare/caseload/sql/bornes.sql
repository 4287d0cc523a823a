-- Grain: one row; first and last year of the events kept, null without any.
select cast(min(annee) as integer) as premiere, cast(max(annee) as integer) as derniere
from faits
where motif is null
