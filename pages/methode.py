"""Méthode: what the numbers mean, how far they can be trusted, where they come from."""

from rarecare.ui.components import answer, heading, paragraph
from rarecare.ui.engine_comparison import engine_comparison
from rarecare.ui.method import (
    CONTROL_NOTE,
    accuracy_sentence,
    accuracy_table,
    figures_table,
    hypotheses_list,
    indicator_definitions,
    limits,
    modifiers_table,
    sources_table,
)
from rarecare.ui.method_engine import completeness_rules, engine_table, method_references
from rarecare.ui.sources import page_sources
from rarecare.ui.start import start_page

context = start_page("methode")
dataset = context.dataset

answer(accuracy_sentence(dataset))
heading("Ce que les chiffres ne disent pas")
limits()
heading("Indicateurs", note="Définition, formule, dénominateur, réserve et source de chacun")
indicator_definitions()
hypotheses_list()
modifiers_table(dataset, published_only="provenance" in context.locked)
heading("Exactitude des temps de trajet", note=CONTROL_NOTE)
accuracy_table(dataset)
paragraph(
    "Les temps de référence sont ceux d'un trajet courant sans trafic, écrits de mémoire avec une marge de 10 à 15 % : "
    "ces erreurs disent l'accord du modèle avec cette connaissance, non avec un chronomètre.",
    small=True,
)
engine_table(dataset)
engine_comparison(context.settings, dataset)
completeness_rules()
method_references(dataset)
sources_table(context, dataset)
figures_table(dataset)
page_sources(dataset, "tables de RareCare")
