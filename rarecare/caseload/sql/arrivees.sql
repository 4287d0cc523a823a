-- Grain: one row per patient × centre; « arrivee » is the first year seen there in the events given, with the cell of the
-- patient that year behind it: ((((year × 65536 + group + 1) × 128 + département) × 4 + age) × 4 + modalities); no group
-- (-1) when the patient had several of them there.
with suivis as (
    select patient_id, centre, annee, groupe, departement, age, modalites
    from annees_patient
    where faits = 1
    union all
    select patient_id, centre, annee, -1 as groupe, departement, age, modalites
    from passages
),
final as (
    select
        patient_id,
        centre,
        min((((cast(annee as bigint) * 65536 + groupe + 1) * 128 + departement) * 4 + age) * 4 + modalites) as arrivee
    from suivis
    group by patient_id, centre
)
select * from final
