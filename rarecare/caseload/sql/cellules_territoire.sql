-- Grain: one row per group or filière × year × département of residence × age class × modalities; -1 is all of them.
-- Distinct patients whatever the centre. Only patients with several groups (or filières) in a year need a second look.
with une_fois as (
    select annee, departement, age, modalites, groupe_min as groupe, -1 as filiere
    from annees_patient
    where groupe_min = groupe_max
    union all
    select annee, departement, age, modalites, -1 as groupe, filiere_min as filiere
    from annees_patient
    where filiere_min = filiere_max
    union all
    select annee, departement, age, modalites, -1 as groupe, -1 as filiere
    from annees_patient
),
plusieurs_groupes as (
    select a.annee, a.departement, a.age, bit_or(f.modalites) as modalites, f.groupe, -1 as filiere
    from annees_patient as a
    inner join faits as f on f.patient_id = a.patient_id and f.annee = a.annee
    where a.groupe_min <> a.groupe_max
    group by a.patient_id, a.annee, a.departement, a.age, f.groupe
),
plusieurs_filieres as (
    select a.annee, a.departement, a.age, bit_or(p.modalites) as modalites, -1 as groupe, c.filiere
    from annees_patient as a
    inner join passages as p on p.patient_id = a.patient_id and p.annee = a.annee
    inner join ref_centres as c on c.centre = p.centre
    where a.filiere_min <> a.filiere_max
    group by a.patient_id, a.annee, a.departement, a.age, c.filiere
),
vus as (
    select annee, departement, age, modalites, groupe, filiere from une_fois
    union all
    select annee, departement, age, modalites, groupe, filiere from plusieurs_groupes
    union all
    select annee, departement, age, modalites, groupe, filiere from plusieurs_filieres
),
final as (
    select groupe, filiere, annee, departement, age, modalites, count(*) as patients
    from vus
    group by groupe, filiere, annee, departement, age, modalites
)
select * from final
