-- Grain: one row per centre × group × year × département × age class × modalities, patients in their first year there.
with cellules_arrivee as (
    select
        centre,
        cast(arrivee // 2048 % 65536 as integer) - 1 as groupe,
        cast(arrivee // 134217728 as smallint) as annee,
        cast(arrivee // 16 % 128 as tinyint) as departement,
        cast(arrivee // 4 % 4 as tinyint) as age,
        cast(arrivee % 4 as tinyint) as modalites,
        count(*) as nouveaux
    from arrivees
    group by 1, 2, 3, 4, 5, 6
),
de_plusieurs_groupes as (
    select d.centre, d.groupe, d.annee, d.departement, d.age, d.modalites, count(*) as nouveaux
    from details as d
    inner join arrivees as r on r.patient_id = d.patient_id and r.centre = d.centre
    where r.arrivee // 134217728 = d.annee and r.arrivee // 2048 % 65536 = 0
    group by d.centre, d.groupe, d.annee, d.departement, d.age, d.modalites
),
final as (
    select centre, -1 as groupe, annee, departement, age, modalites, nouveaux from cellules_arrivee
    union all
    select centre, groupe, annee, departement, age, modalites, nouveaux from cellules_arrivee where groupe >= 0
    union all
    select centre, groupe, annee, departement, age, modalites, nouveaux from de_plusieurs_groupes
)
select * from final
