-- Grain: one row per reason of refusal; « motif » is null for the events that are kept.
select motif, cast(sum(evenements) as bigint) as evenements
from faits
group by motif
order by motif nulls first
