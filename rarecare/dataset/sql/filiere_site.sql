-- Grain: one row, the website of a filière; none when it is not known.
select site_web from filieres where filiere = $filiere and site_web is not null
