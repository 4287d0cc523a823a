-- Grain: one row per event, its codes made whole numbers; « motif » is the first reason to refuse it (MOTIFS), null without.
with final as (
    select
        e.fichier,
        e.ligne,
        e.patient_id,
        e.jour,
        c.centre,
        g.groupe,
        dayofyear(e.jour) as rang_jour,
        case when e.code_commune is not null then coalesce(d.departement, 0) end as departement,
        case e.modalite when 'site' then 1 when 'telemedecine' then 2 end as modalite,
        case
            when e.classe_age = 'enfant' then 1
            when e.classe_age = 'adulte' then 2
            when year(e.jour) - e.annee_naissance < 18 then 1
            when year(e.jour) - e.annee_naissance >= 18 then 2
        end as age,
        case e.statut_diagnostic when 'confirme' then 3 when 'probable' then 2 when 'indetermine' then 1 end as statut,
        date_diff('day', e.date_premiers_signes, e.date_diagnostic) as delai_jours,
        case
            when e.patient_id is null then 1
            when e.jour is null then 2
            when e.jour < cast('2000-01-01' as date) or e.jour > e.aujourdhui then 3
            when c.centre is null then 4
            when g.groupe is null then 5
            when e.modalite is null or e.modalite not in ('site', 'telemedecine') then 6
            when e.classe_age not in ('enfant', 'adulte') then 7
            when e.annee_naissance_illisible or e.annee_naissance > year(e.jour) or e.annee_naissance < 1880 then 8
            when e.statut_diagnostic not in ('confirme', 'probable', 'indetermine') then 9
            when e.date_diagnostic_illisible then 10
        end as motif
    from evenements as e
    left join ref_centres as c on c.centre_id = e.centre_id
    left join ref_groupes as g on g.groupe_maladie = e.groupe_maladie
    left join ref_departements as d on d.prefixe = e.prefixe
)
select * from final
