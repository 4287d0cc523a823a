-- Grain: one row per made-up care event, by date. Everything follows from hashes of whole numbers: no person is behind it.
-- A patient has one commune, a usual centre and year of birth; 80 % live among the 1,200 communes that surround, in the
-- order of the codes, a place that stands for the centre. 15 % go to a second centre for a third of their events, 20 % of
-- the events are at a distance, 5 % are for another group than the one of the centre's network.
with tirages as (
    select
        i,
        cast(hash(i) % getvariable('patients') as bigint) as patient,
        hash(i + 7000000000) as hasard
    from range(getvariable('evenements')) as t (i)
),
patients as (
    select i, patient, hasard, hash(patient) as profil, hash(patient + 1) as ailleurs
    from tirages
),
choix as (
    select
        i,
        patient,
        hasard,
        profil,
        case when (profil // 1000) % 100 < 15 and hasard % 3 = 0 then ailleurs else profil end
            % getvariable('centres') as centre
    from patients
),
final as (
    select
        printf('FICTIF-%09d', e.patient) as patient_id,
        cast('2019-01-01' as date) + cast(e.i * 2191 // getvariable('evenements') as integer) as date,
        c.centre_id,
        case when (e.hasard // 1000) % 20 = 0 then g.groupe_maladie else c.groupe_maladie end as groupe_maladie,
        v.code_commune,
        case when (e.hasard // 100) % 5 = 0 then 'telemedecine' else 'site' end as modalite,
        cast(1925 + (e.profil // 13) % 90 as integer) as annee_naissance
    from choix as e
    inner join ref_centres as c on c.centre = e.centre
    inner join ref_groupes as g on g.groupe = (e.profil // 17) % getvariable('groupes')
    inner join communes as v
        on v.rang
        = case
            when (e.profil // 77) % 5 < 4
            then (hash(e.profil % getvariable('centres')) // 7 + (e.profil // 7) % 1200) % getvariable('communes')
            else (e.profil // 7) % getvariable('communes')
        end
)
select * from final
