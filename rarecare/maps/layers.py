"""Layers of a map. Each carries a short description; its geometry is fetched by address and kept by the browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import folium
from folium.template import Template

from rarecare.french import NARROW_NBSP, NBSP
from rarecare.maps.base import Bounds
from rarecare.maps.colours import INK, LAND
from rarecare.maps.scale import Scale

SHAPES: Mapping[str, str] = {
    "coordonnateur": "losange",
    "constitutif": "triangle",
    "crc": "carre",
    "competence": "rond",
}
"""Shape of the marker of a hospital by the highest label it holds, highest first."""


class _Layer(folium.MacroElement):
    """A part of a :class:`~rarecare.maps.base.LayerSet`; ``spec`` is what ``static/rarecare-map.js`` reads."""

    kind: ClassVar[str]
    _template = Template(
        "{% macro script(this, kwargs) %}{{ this._parent.get_name() }}.put({{ this.spec|tojson }});{% endmacro %}"
    )

    def __init__(self, spec: Mapping[str, Any], *, name: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # folium is partly typed
        self._name = type(self).__name__
        self.spec = {"kind": self.kind, "id": name or self.kind, **spec}


class Territories(_Layer):
    """Départements or régions in a pale plain colour, or only their outlines above an image.

    Parameters
    ----------
    url
        Address of the GeoJSON, with ``code`` as feature id and ``nom`` as property.
    selected
        Code of the outlined territory, empty for none.
    clickable
        Whether a click (or the Enter key) chooses a territory.
    filled
        False draws the borders alone.
    texts
        What the tooltip adds to the name of each territory, in French, by code.
    prefix
        What comes before each of these texts.
    named
        Whether the selected territory wears its name; False leaves the room to a :class:`Mark`.
    """

    kind = "territoires"

    def __init__(
        self,
        url: str,
        *,
        selected: str = "",
        clickable: bool = True,
        filled: bool = True,
        texts: Mapping[str, str] | None = None,
        prefix: str = "",
        named: bool = True,
        name: str = "",
    ) -> None:
        line, weight = ("#ffffff", 0.9) if filled else ("#5d7175", 0.6)
        super().__init__(
            {
                "url": url,
                "selected": selected,
                "unnamed": not named,
                "prefix": prefix,
                "clickable": clickable,
                "fill": filled,
                "line": line,
                "weight": weight,
                "values": _packed(_alike((code, 0, text) for code, text in (texts or {}).items())),
                "colours": [LAND],
                "missing": "",
            },
            name=name,
        )


class Choropleth(_Layer):
    """Territories coloured by class, hatched where no road leads or nothing is known.

    Parameters
    ----------
    url
        Address of the GeoJSON, with ``code`` as feature id and ``nom`` as property.
    values
        Value of each territory by code; infinity = no road, NaN = no data.
    texts
        What the tooltip says of each territory, in French, by code; a line break starts a new line.
    scale
        Classes and colours.
    selected
        Code of the outlined territory, empty for none.
    clickable
        Whether a click (or the Enter key) chooses a territory.
    missing
        What the tooltip says of a territory that ``values`` leaves out.
    named
        Whether the selected territory wears its name; False leaves the room to a :class:`Mark`.
    """

    kind = "territoires"

    def __init__(
        self,
        url: str,
        *,
        values: Mapping[str, float],
        texts: Mapping[str, str],
        scale: Scale,
        selected: str = "",
        clickable: bool = True,
        missing: str = "donnée non disponible",
        named: bool = True,
        name: str = "",
    ) -> None:
        classes = scale.class_of(list(values.values())).tolist()
        rows = _alike((code, rank, texts.get(code, "")) for code, rank in zip(values, classes, strict=True))
        super().__init__(
            {
                "url": url,
                "selected": selected,
                "clickable": clickable,
                "fill": True,
                "line": "#ffffff",
                "weight": 0.8,
                "values": _packed(rows),
                "colours": list(scale.colours),
                "missing": missing,
                **({} if named else {"unnamed": True}),
            },
            name=name,
        )


class Frames(_Layer):
    """Frames and names of the overseas départements drawn beside the mainland, from a GeoJSON."""

    kind = "cadres"

    def __init__(self, url: str) -> None:
        super().__init__({"url": url})


class RasterOverlay(_Layer):
    """An image laid on the map, one cell a commune.

    Parameters
    ----------
    url
        Address of the image, in the projection of the map (EPSG:3857).
    bounds
        Corners of the image.
    alt
        What the image shows, in French.
    clickable
        Whether a click returns the place (latitude and longitude on the map).
    """

    kind = "image"

    def __init__(self, url: str, *, bounds: Bounds, alt: str, clickable: bool = False) -> None:
        super().__init__({"url": url, "bounds": bounds, "alt": alt, "clickable": clickable})


class Mark(_Layer):
    """A chosen place, named, with lines from it to other places.

    Parameters
    ----------
    latitude, longitude
        Place on the map: in an atlas view, after :func:`rarecare.territory.atlas.to_atlas`.
    nom
        Its name.
    text
        What its label adds, in French; a line break starts a new line.
    lines
        Other ends, each (latitude, longitude) on the map.
    """

    kind = "repere"

    def __init__(
        self,
        latitude: float,
        longitude: float,
        *,
        nom: str,
        text: str = "",
        lines: Iterable[tuple[float, float]] = (),
    ) -> None:
        ends = [[round(float(end), 4) for end in line] for line in lines]
        place = [round(float(latitude), 4), round(float(longitude), 4)]
        super().__init__({"place": place, "nom": nom, "text": text, "lines": ends})


@dataclass(frozen=True)
class Site:
    """One hospital on a map.

    Parameters
    ----------
    code
        ``etablissement_id``; returned by a click.
    latitude, longitude
        Place on the map: in an atlas view, after :func:`rarecare.territory.atlas.to_atlas`.
    niveau
        Highest label held: a key of :data:`SHAPES`.
    count
        Number of labelled centres at the hospital: the size.
    nom
        Name of the hospital.
    text
        What the tooltip adds, in French; a line break starts a new line.
    to_confirm
        True when no centre there is published: the marker is hollow.
    """

    code: str
    latitude: float
    longitude: float
    niveau: str
    count: int
    nom: str
    text: str = ""
    to_confirm: bool = False


class Sites(_Layer):
    """Hospitals: shape = highest label, size = number of centres, hollow = to confirm; highest labels on top.

    ``pale`` ones stand behind, around those that the question is about.
    """

    kind = "sites"

    def __init__(
        self,
        sites: Iterable[Site],
        *,
        selected: str = "",
        clickable: bool = True,
        pale: bool = False,
        name: str = "",
    ) -> None:
        ranks = {niveau: rank for rank, niveau in enumerate(SHAPES)}
        # Lowest labels and biggest markers first: what comes later is drawn above.
        ordered = sorted(sites, key=lambda site: (-ranks[site.niveau], -site.count, site.code))
        rows = [_row(site, ranks[site.niveau]) for site in ordered]
        super().__init__(
            {
                "sites": _packed(rows),
                "shapes": list(SHAPES.values()),
                "selected": selected,
                "clickable": clickable,
                **({"pale": True} if pale else {}),
            },
            name=name,
        )


class SiteFile(_Layer):
    """Hospitals read from an address, drawn as by :class:`Sites`.

    Parameters
    ----------
    url
        Address of :func:`rarecare.maps.site_file.site_file`.
    selected
        ``etablissement_id`` of the hospital marked as chosen, empty for none.
    """

    kind = "sites"

    def __init__(self, url: str, *, selected: str = "") -> None:
        super().__init__({"url": url, "selected": selected, "clickable": True})


def _row(site: Site, rank: int) -> tuple[str, ...]:
    place = (f"{float(site.latitude):.3f}", f"{float(site.longitude):.3f}")
    return (
        *place,
        str(rank),
        str(int(site.count)),
        str(int(site.to_confirm)),
        site.code,
        site.nom,
        site.text,
    )


def _alike(territories: Iterable[tuple[str, int, str]]) -> list[tuple[str, str, str]]:
    """Return (class, text, codes) from (code, class, text).

    Many territories share a time rounded to five minutes: each class and text travels once.
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for code, rank, text in territories:
        alike.setdefault((str(rank), text), []).append(code)
    return [(rank, text, " ".join(codes)) for (rank, text), codes in alike.items()]


def _packed(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as one text, ``|`` between rows and ``~`` between fields: half the bytes of lists in JSON.

    No-break spaces become spaces (bubbles keep their lines), and the two signs become a dash if a name holds one.
    """
    table = str.maketrans({"|": "-", "~": "-", NBSP: " ", NARROW_NBSP: " "})
    return "|".join("~".join(field.translate(table) for field in row) for row in rows)


__all__ = ["INK", "SHAPES", "Choropleth", "Frames", "Mark", "RasterOverlay", "Site", "Sites", "Territories"]
