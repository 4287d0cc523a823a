-- Grain: one row per centre × group × year × département of residence × age class × modalities; group -1 is all groups.
-- Every patient of a centre, or of a group in a centre, is in one cell of a year: sums of cells count distinct patients.
with de_details as (
    select
        centre,
        groupe,
        annee,
        departement,
        age,
        modalites,
        count(*) as patients,
        count(*) filter (where statut % 4 = 3) as confirmes,
        count(*) filter (where statut % 4 = 2) as probables,
        count(*) filter (where statut % 4 = 1) as indetermines,
        sum(partage) as partages,
        sum(evenements) as evenements
    from (
        select centre, groupe, annee, departement, age, modalites, statut, partage, evenements from details
        union all
        select centre, -1 as groupe, annee, departement, age, modalites, statut, partage, evenements from passages
    ) as suivis
    group by centre, groupe, annee, departement, age, modalites
),
parties as (
    select
        centre, groupe, annee, departement, age, modalites,
        patients, 0 as nouveaux, confirmes, probables, indetermines, 0 as partages, evenements
    from cellules_simples
    union all
    select
        centre, -1 as groupe, annee, departement, age, modalites,
        patients, 0 as nouveaux, confirmes, probables, indetermines, 0 as partages, evenements
    from cellules_simples
    union all
    select
        centre, groupe, annee, departement, age, modalites,
        patients, 0 as nouveaux, confirmes, probables, indetermines, partages, evenements
    from de_details
    union all
    select
        centre, groupe, annee, departement, age, modalites,
        0 as patients, nouveaux, 0 as confirmes, 0 as probables, 0 as indetermines, 0 as partages, 0 as evenements
    from cellules_nouveaux
),
final as (
    select
        centre,
        groupe,
        annee,
        departement,
        age,
        modalites,
        cast(sum(patients) as bigint) as patients,
        cast(sum(nouveaux) as bigint) as nouveaux,
        cast(sum(confirmes) as bigint) as confirmes,
        cast(sum(probables) as bigint) as probables,
        cast(sum(indetermines) as bigint) as indetermines,
        cast(sum(partages) as bigint) as partages,
        cast(sum(evenements) as bigint) as evenements
    from parties
    group by centre, groupe, annee, departement, age, modalites
)
select * from final
