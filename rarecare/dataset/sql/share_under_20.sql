-- Grain: one row per département; share_under_20 is a fraction of the département's people.
select departement, age_0_19 / total as share_under_20
from population_age_departements
order by departement
