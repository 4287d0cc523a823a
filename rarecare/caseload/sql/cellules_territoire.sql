-- Grain: one row per group or filière × year × département of residence × age class × modalities; -1 is all of them.
-- Distinct patients whatever the centre. Patients with one fact in the year are already counted by cell; only those of
-- « details » need a second look.
with simples as (
    select s.groupe, c.filiere, s.annee, s.departement, s.age, s.modalites, sum(s.patients) as patients
    from cellules_simples as s
    inner join ref_centres as c on c.centre = s.centre
    group by s.groupe, c.filiere, s.annee, s.departement, s.age, s.modalites
),
par_groupe as (
    select groupe, -1 as filiere, annee, departement, age, bit_or(modalites) as modalites
    from details
    group by patient_id, annee, departement, age, groupe
),
par_filiere as (
    select -1 as groupe, c.filiere, p.annee, p.departement, p.age, bit_or(p.modalites) as modalites
    from passages as p
    inner join ref_centres as c on c.centre = p.centre
    group by p.patient_id, p.annee, p.departement, p.age, c.filiere
),
en_tout as (
    select -1 as groupe, -1 as filiere, annee, departement, age, bit_or(modalites) as modalites
    from passages
    group by patient_id, annee, departement, age
),
parties as (
    select groupe, -1 as filiere, annee, departement, age, modalites, patients from simples
    union all
    select -1 as groupe, filiere, annee, departement, age, modalites, patients from simples
    union all
    select -1 as groupe, -1 as filiere, annee, departement, age, modalites, patients from simples
    union all
    select groupe, filiere, annee, departement, age, modalites, 1 as patients from par_groupe
    union all
    select groupe, filiere, annee, departement, age, modalites, 1 as patients from par_filiere
    union all
    select groupe, filiere, annee, departement, age, modalites, 1 as patients from en_tout
),
final as (
    select groupe, filiere, annee, departement, age, modalites, cast(sum(patients) as bigint) as patients
    from parties
    group by groupe, filiere, annee, departement, age, modalites
)
select * from final
