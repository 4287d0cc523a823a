-- Grain: one row per event, its codes made whole numbers (département 0: abroad or unknown); « motif » is the first reason to refuse it (MOTIFS), null without.
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
        case
            when d.code_commune is null and e.code_commune is not null
            then substr(e.code_commune, 1, 2) not in ('98', '99')
                and substr(e.code_commune, 1, 3) not in ('975', '977', '978')
            else false
        end as commune_inconnue,
        m.numero as modalite,
        case
            when a.numero is not null then a.numero
            when year(e.jour) - e.annee_naissance < 18 then 1
            when year(e.jour) - e.annee_naissance >= 18 then 2
        end as age,
        s.numero as statut,
        date_diff('day', e.date_premiers_signes, e.date_diagnostic) as delai_jours,
        case
            when e.patient_id is null then 1
            when e.jour is null then 2
            when e.jour < cast('2000-01-01' as date) or e.jour > e.aujourdhui then 3
            when c.centre is null then 4
            when g.groupe is null then 5
            when m.numero is null then 6
            when e.classe_age is not null and a.numero is null then 7
            when e.annee_naissance_illisible or e.annee_naissance > year(e.jour) or e.annee_naissance < 1880 then 8
            when e.statut_diagnostic is not null and s.numero is null then 9
            when e.date_diagnostic_illisible then 10
        end as motif
    from evenements as e
    left join ref_centres as c on c.centre_id = e.centre_id
    left join ref_groupes as g on g.groupe_maladie = e.groupe_maladie
    left join ref_ecritures as m on m.colonne = 'modalite' and m.ecriture = e.modalite
    left join ref_ecritures as a on a.colonne = 'classe_age' and a.ecriture = e.classe_age
    left join ref_ecritures as s on s.colonne = 'statut_diagnostic' and s.ecriture = e.statut_diagnostic
    left join ref_communes as d on d.code_commune = e.code_commune
)
select * from final
