-- Grain: one row per reason of refusal, with its events; « motif » is null for those kept, with their years.
select
    motif,
    cast(sum(evenements) as bigint) as evenements,
    cast(sum(communes_inconnues) as bigint) as communes_inconnues,
    cast(min(annee) as integer) as premiere,
    cast(max(annee) as integer) as derniere
from faits
group by motif
