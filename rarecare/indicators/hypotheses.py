"""What the model supposes, in one place: supply and attraction by type, decay, share of patients followed, minimum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rarecare.access.caseload import SUPPOSED_ATTRACTION, Estimate, attraction_of
from rarecare.access.checks import Floats
from rarecare.access.decay import Decay, ExponentialDecay, StepDecay
from rarecare.french import number, percent, typography

_TYPES = {
    "coordonnateur": "site coordonnateur",
    "constitutif": "site constitutif",
    "crc": "centre de ressources et de compétences",
    "competence": "centre de compétence",
}


@dataclass(frozen=True)
class Hypotheses:
    """Everything that the modelled measures suppose; hashable, so that results can be kept by it.

    Parameters
    ----------
    weights : tuple of (type, weight)
        Supply of a site in E2SFCA and attraction of a site in the Huff model, by type; only ratios matter.
    zones : Decay
        Weight by time in E2SFCA, with a limit.
    attraction : Decay
        Weight by time in the Huff model, without a limit so that nobody with a road is left out.
    follow_up : Estimate
        Share (0..1) of the people concerned whom a labelled site follows in a year.
    minimum_patients : int
        Patients that a competence centre must follow in a year.
    """

    weights: tuple[tuple[str, float], ...] = tuple(SUPPOSED_ATTRACTION.items())
    # The Gaussian of Dai (2010) brought to 0 at 180 minutes, read at the middle of each zone.
    zones: Decay = field(default=StepDecay((30, 60, 90, 120, 180), (0.99, 0.92, 0.79, 0.60, 0.25)))
    attraction: Decay = field(default=ExponentialDecay(45))
    follow_up: Estimate = field(default=Estimate(0.25, 0.5, 0.9))
    minimum_patients: int = 25

    def weights_of(self, types: Sequence[str]) -> Floats:
        """Return the weight of each site (n_sites,) from its type; :class:`UserError` for a type without weight."""
        return attraction_of(types, dict(self.weights))


HYPOTHESES = Hypotheses()
"""The hypotheses of every screen, file and command."""


def sentences(hypotheses: Hypotheses = HYPOTHESES) -> dict[str, str]:
    """Return each hypothesis by name, in French, with its reason: what the method page and the documentation say."""
    weights = ", ".join(f"{_TYPES[kind]} {number(weight)}" for kind, weight in hypotheses.weights)
    texts = {
        "poids": (
            f"Poids d'un site selon son type : {weights}. Hypothèse de RareCare, qu'aucune source ne chiffre : un site "
            "coordonnateur a une équipe plus grande et un recours national, un centre de compétence suit les patients "
            "de sa région. Seuls les rapports comptent. À remplacer par la file active ou les effectifs dès qu'ils "
            "sont connus."
        ),
        "zones": _zones_sentence(hypotheses.zones),
        "attraction": _attraction_sentence(hypotheses.attraction),
        "suivi": (
            f"Part des personnes concernées qu'un site labellisé suit dans l'année : {_range(hypotheses.follow_up)} "
            "(basse, centrale, haute). La centrale est le rapport de 1,5 million de patients de la Banque nationale de "
            "données maladies rares à 3 millions de personnes concernées (bndmr.fr, lu), cumul de plusieurs années et "
            "non d'une seule. La haute est celle du registre de la mucoviscidose, exhaustif à plus de 90 % "
            "(vaincrelamuco.org, lu). La basse suppose qu'un patient enregistré sur deux est vu dans l'année : "
            "hypothèse de RareCare."
        ),
        "minimum": (
            f"File active minimale d'un centre de compétence : {number(hypotheses.minimum_patients)} patients par an, "
            "vus sur place ou par télémédecine."
        ),
        "age": (
            "Les enfants malades sont répartis comme les habitants de 0 à 19 ans du département, les adultes comme les "
            "autres. La part d'enfants d'un groupe vaut pour les moins de 18 ans, la table de population par "
            "département n'a que la tranche de 0 à 19 ans."
        ),
        "modificateurs": (
            "Là où une maladie est connue comme inégale, un facteur par département s'applique (1 = moyenne "
            "nationale) ; les départements sans facteur reçoivent le reste, de sorte que le total national ne change "
            "pas."
        ),
    }  # fmt: skip
    return {name: typography(text) for name, text in texts.items()}


def _zones_sentence(decay: Decay) -> str:
    if not isinstance(decay, StepDecay):
        return f"Poids du temps décroissant jusqu'à {number(decay.limit_minutes)} minutes, nul au-delà."
    limits = ", ".join(number(limit) for limit in decay.limits_minutes)
    weights = " ; ".join(number(weight, 2) for weight in decay.weights)
    return (
        f"Zones de temps jusqu'à {limits} minutes, de poids {weights} ; au-delà, rien. Poids : gaussienne de Dai "
        "(2010) annulée à 180 minutes, lue au milieu de chaque zone. La limite de 180 minutes est une hypothèse de "
        "RareCare : un trajet de trois heures pour une consultation programmée d'expertise."
    )


def _attraction_sentence(decay: Decay) -> str:
    if not isinstance(decay, ExponentialDecay):
        return "Attraction d'un site décroissante avec le temps."
    return (
        f"L'attraction d'un site est divisée par deux toutes les {number(decay.half_minutes)} minutes, sans limite. "
        "Hypothèse de RareCare, à caler sur des lieux de résidence de patients dès qu'ils sont connus."
    )


def _range(estimate: Estimate) -> str:
    return ", ".join(percent(value) for value in (estimate.low, estimate.central, estimate.high))
