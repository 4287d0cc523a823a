"""The legend of a map: real HTML that can be read aloud, printed and translated by a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from rarecare.french import NBSP
from rarecare.maps.layers import SHAPES
from rarecare.maps.scale import Scale

LEVEL_LABELS = {
    "coordonnateur": "Centre coordonnateur",
    "constitutif": "Centre constitutif",
    "crc": "Centre de ressources et de compétences",
    "competence": "Centre de compétence",
}


@dataclass(frozen=True)
class Legend:
    """What the colours and the markers of a map mean.

    Parameters
    ----------
    title
        Name of the indicator with its unit, in French.
    scale
        Classes shown, None for a map without classes.
    no_road
        Label of the hatch of places that no road reaches; empty when there is none.
    no_data
        Label of the dotted hatch of places without data; empty when there is none.
    levels
        Levels of the markers present on the map: keys of :data:`~rarecare.maps.layers.SHAPES`.
    to_confirm
        Whether hollow markers are present.
    """

    title: str
    scale: Scale | None = None
    no_road: str = ""
    no_data: str = ""
    levels: Sequence[str] = field(default_factory=tuple)
    to_confirm: bool = False

    def html(self) -> str:
        """Return the whole legend as HTML; its look is in ``static/rarecare.css``."""
        return self.classes_html() + self.markers_html()

    def classes_html(self) -> str:
        """Return title and classes, to be read before the map."""
        title = f'<p class="rc-legende-titre">{escape(self.title)}</p>'
        return f'<div class="rc-legende" role="group" aria-label="Légende des couleurs">{title}{self._classes()}</div>'

    def markers_html(self) -> str:
        """Return the meaning of the markers, to be read after the map; empty when there is no marker."""
        items = self._markers()
        return (
            f'<div class="rc-legende" role="group" aria-label="Légende des repères">{items}</div>'
            if items
            else ""
        )

    def _classes(self) -> str:
        items = []
        if self.scale:
            ticks = (*self.scale.ticks, "") if self.scale.ticks else ()
            items += [
                _class(colour, label, ticks[rank] if ticks else None)
                for rank, (colour, label) in enumerate(
                    zip(self.scale.colours, self.scale.labels, strict=True)
                )
            ]
        for label, css in ((self.no_road, "rc-hachure"), (self.no_data, "rc-points")):
            if label:
                items.append(f'<li class="rc-apart"><i class="{css}"></i>{escape(label)}</li>')
        return f'<ul class="rc-classes">{"".join(items)}</ul>' if items else ""

    def _markers(self) -> str:
        items = [
            f'<li><i class="rc-marque rc-{SHAPES[level]}"></i>{LEVEL_LABELS[level]}</li>'
            for level in SHAPES
            if level in self.levels
        ]
        if items and self.to_confirm:
            items.append('<li><i class="rc-marque rc-creuse"></i>À confirmer (contour)</li>')
        if items:
            items.append(
                f'<li><i class="rc-marque rc-tailles"></i>Taille{NBSP}: nombre de centres de l’hôpital</li>'
            )
        return f'<ul class="rc-marques">{"".join(items)}</ul>' if items else ""


def _class(colour: str, label: str, tick: str | None) -> str:
    """Return one class: a ruler shows the bound at its right edge and keeps the full label for who listens."""
    block = f"<i style=background:{colour}></i>"
    if tick is None:
        return f"<li>{block}{escape(label)}</li>"
    mark = f"<b aria-hidden=true>{escape(tick)}</b>" if tick else ""
    return f"<li class=rc-regle>{block}<span class=rc-lu>{escape(label)}</span>{mark}</li>"
