"""Why a file cannot be read: every rule of reading, and the faults found in one file.

``python -m rarecare.dataset.imports.refusals`` prints the table of the rules, which ``docs/imports.md`` holds.
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType

from rarecare.errors import DataProblems, Problem
from rarecare.french import typography

_SAVE_AS = "Ouvrir le fichier dans un tableur, puis l'enregistrer au format XLSX, ODS ou CSV."
_AGAIN = "Télécharger ou enregistrer de nouveau le fichier, puis recommencer."
_SMALLER = "Partager le fichier en plusieurs, par exemple un par année, et les importer l'un après l'autre."

# slug: (what is wrong, what to do about it); documented in docs/imports.md
READING_RULES = MappingProxyType(
    {
        "fichier-vide": ("Le fichier est vide", "Choisir le fichier qui contient les données."),
        "fichier-trop-lourd": ("Le fichier dépasse la taille permise", _SMALLER),
        "feuille-vide": (
            "Aucune feuille du fichier ne contient de texte ni de nombre",
            "Choisir le fichier qui contient les données.",
        ),
        "sans-donnees": (
            "Le fichier ne contient qu'une ligne : il faut un en-tête et au moins une ligne de données",
            "Ajouter les lignes de données sous l'en-tête, ou l'en-tête au-dessus des données.",
        ),
        "page-html": (
            "Le fichier est une page web, pas une table",
            "Télécharger de nouveau la table elle-même, non la page qui la présente.",
        ),
        "fichier-xml": ("Le fichier est du XML, pas une table", _SAVE_AS),
        "fichier-json": ("Le fichier est du JSON, pas une table", _SAVE_AS),
        "document-pdf": (
            "Le fichier est un document PDF",
            "Demander la table d'origine (XLSX, ODS, CSV ou Parquet) : un PDF ne se lit pas sans erreur.",
        ),
        "image": (
            "Le fichier est une image",
            "Demander la table d'origine (XLSX, ODS, CSV ou Parquet).",
        ),
        "document-bureautique": (
            "Le fichier est un document de texte ou une présentation, pas un classeur",
            "Copier la table dans un classeur, puis l'enregistrer au format XLSX, ODS ou CSV.",
        ),
        "fichier-compresse": (
            "Le fichier est une archive compressée",
            "Décompresser l'archive, puis importer le fichier qu'elle contient.",
        ),
        "fichier-binaire": ("Le fichier n'est pas un format de table connu", _SAVE_AS),
        "classeur-ancien": (
            "Le fichier est un classeur de l'ancien format .xls",
            "L'ouvrir dans un tableur, puis l'enregistrer au format XLSX.",
        ),
        "classeur-binaire": (
            "Le fichier est un classeur binaire .xlsb",
            "L'ouvrir dans un tableur, puis l'enregistrer au format XLSX.",
        ),
        "fichier-protege": (
            "Le fichier est protégé par un mot de passe",
            "L'enregistrer de nouveau sans mot de passe.",
        ),
        "macro": (
            "Le classeur contient des macros, qui ne sont jamais acceptées",
            "L'enregistrer au format XLSX ou ODS, sans macro.",
        ),
        "archive-demesuree": (
            "Le fichier, une fois décompressé, dépasse la taille permise",
            f"{_SMALLER} Un fichier reçu d'un inconnu peut être un piège.",
        ),
        "classeur-corrompu": ("Le classeur est abîmé ou incomplet", _AGAIN),
        "entites-xml": (
            "Le classeur contient une déclaration XML (DOCTYPE) qu'aucun tableur n'écrit",
            "Ouvrir le classeur dans un tableur, puis l'enregistrer de nouveau.",
        ),
        "formule": (
            "La cellule contient une formule et non une valeur",
            "Copier les cellules, puis les coller en « valeurs seules ».",
        ),
        "cellule-en-erreur": (
            "La cellule contient une erreur de calcul ou un nombre infini",
            "Corriger la cellule, ou la vider.",
        ),
        "parquet-illisible": ("Le fichier Parquet est abîmé ou incomplet", _AGAIN),
        "colonne-composee": (
            "La colonne contient des listes, des structures ou des octets",
            "Donner une valeur simple par cellule : texte, nombre, date ou booléen.",
        ),
        "octet-nul": (
            "Le fichier contient un octet nul : ce n'est pas du texte",
            "Enregistrer de nouveau la table au format CSV, encodage UTF-8.",
        ),
        "encodage-incorrect": (
            "L'encodage du texte n'est pas reconnu",
            "Enregistrer de nouveau la table en UTF-8.",
        ),
        "texte-deforme": (
            "Les accents de la cellule sont abîmés par une conversion précédente",
            "Repartir du fichier d'origine et l'enregistrer en UTF-8.",
        ),
        "caractere-de-controle": (
            "La cellule contient un caractère de contrôle",
            "Effacer le caractère invisible, ou saisir de nouveau la cellule.",
        ),
        "csv-illisible": (
            "La syntaxe CSV est incorrecte",
            "Vérifier les guillemets : un guillemet ouvert se ferme dans la même cellule.",
        ),
        "separateur-inconnu": (
            "Le fichier de texte n'est pas séparé en colonnes",
            "Séparer les colonnes par une virgule, un point-virgule, une tabulation ou une barre verticale.",
        ),
        "nombre-de-cellules": (
            "La ligne n'a pas autant de cellules que les autres",
            "Mettre entre guillemets la cellule qui contient le séparateur, ou compléter la ligne.",
        ),
        "colonne-en-double": ("Une colonne est nommée deux fois", "Ne garder qu'une des deux colonnes."),
        "cellule-trop-longue": (
            "La cellule contient trop de caractères pour une table",
            "Raccourcir le texte, ou vérifier qu'aucun guillemet n'est resté ouvert.",
        ),
        "trop-de-lignes": ("La feuille a trop de lignes", _SMALLER),
        "trop-de-colonnes": (
            "La feuille a trop de colonnes",
            "Supprimer les colonnes sans rapport avec la table, et les cellules égarées loin à droite.",
        ),
        "trop-de-cellules": ("Le fichier a trop de cellules", _SMALLER),
        "trop-de-feuilles": ("Le classeur a trop de feuilles", "Ne garder que les feuilles à importer."),
    }
)

SHOWN_CHARACTERS = 120
KEPT_PER_RULE = 200


class Faults:
    """The faults found so far in one file.

    Beyond :data:`KEPT_PER_RULE` of one kind the others are only counted, so that a million formulas stay a message.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._kept: list[Problem] = []
        self._counts: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._kept)

    def add(self, slug: str, *, sheet: str = "", line: int = 0, column: str = "", value: str = "") -> None:
        """Keep one fault; *column* is a letter, as a spreadsheet shows it."""
        self._counts[slug] += 1
        if self._counts[slug] <= KEPT_PER_RULE:
            self._kept.append(self._problem(slug, sheet=sheet, line=line, column=column, value=value))

    def refuse(self) -> DataProblems:
        """Return the error that holds them all."""
        more = [
            self._problem(slug, value=f"et {count - KEPT_PER_RULE} autres cellules ou lignes de ce fichier")
            for slug, count in self._counts.items()
            if count > KEPT_PER_RULE
        ]
        return DataProblems([*self._kept, *more])

    def stop(self, slug: str, *, sheet: str = "", line: int = 0, value: str = "") -> DataProblems:
        """Add a last fault, after which nothing more can be read, and return the error to raise."""
        self.add(slug, sheet=sheet, line=line, value=value)
        return self.refuse()

    def raise_any(self) -> None:
        """Raise :class:`rarecare.errors.DataProblems` when there is any fault."""
        if self._kept:
            raise self.refuse()

    def _problem(self, slug: str, *, value: str, sheet: str = "", line: int = 0, column: str = "") -> Problem:
        rule, remedy = READING_RULES[slug]
        shown = "".join(
            c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value[:SHOWN_CHARACTERS]
        )
        return Problem(self.file, line, column, slug, shown, rule, remedy, sheet)


def column_letters(index: int) -> str:
    """Return the letters of a column counted from 0: ``0`` is ``"A"``, ``26`` is ``"AA"``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def rules_table() -> str:
    """Return the rules of reading as a Markdown table in French."""
    lines = [
        f"| `{slug}` | {typography(rule)} | {typography(remedy)} |\n"
        for slug, (rule, remedy) in READING_RULES.items()
    ]
    return "| Règle | Anomalie | Que faire |\n|---|---|---|\n" + "".join(lines)


if __name__ == "__main__":
    print(rules_table(), end="")
