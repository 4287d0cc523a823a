"""The sequential colours of RareCare: light = near, dark = far, readable in grey and by colour-blind readers.

Lightness falls steadily along the scale (Oklab; Ottosson 2020, https://bottosson.github.io/posts/oklab/), so a grey
print keeps the order; hue turns from pale yellow to deep blue, an axis that the three forms of colour blindness keep
apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

INK = "#10262c"
LAND = "#e6ebea"

# Anchors of the scale, nearest first. Chosen with the accent of the interface (#0b5a66) lying on the way.
_ANCHORS = ("#f4f2cf", "#c5e3b5", "#7fc7b2", "#3fa0ab", "#1f7a94", "#1c557d", "#132c57")
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def sequential(count: int) -> tuple[str, ...]:
    """Return ``count`` hexadecimal colours from light to dark, evenly spaced in lightness.

    Raises
    ------
    ValueError
        When ``count`` is not between 1 and 8: a reader cannot tell more classes apart.
    """
    if not 1 <= count <= 8:
        raise ValueError(f"1 to 8 classes can be told apart, not {count}")
    if count == 1:
        return (_ANCHORS[3],)
    anchors = np.array([to_oklab(colour) for colour in _ANCHORS])
    lightness = np.linspace(anchors[0, 0], anchors[-1, 0], count)
    # np.interp needs rising abscissae, and lightness falls along the scale.
    channels = [np.interp(lightness, anchors[::-1, 0], anchors[::-1, channel]) for channel in (1, 2)]
    return tuple(_to_hex(np.array(lab)) for lab in zip(lightness, *channels, strict=True))


def to_oklab(colour: str) -> NDArray[np.float64]:
    """Return the Oklab coordinates (lightness 0 to 1, a, b) of a ``#rrggbb`` colour."""
    return np.asarray(_TO_LAB @ np.cbrt(_TO_LMS @ to_linear(colour)))


def to_linear(colour: str) -> NDArray[np.float64]:
    """Return the linear light (red, green, blue; 0 to 1) of a ``#rrggbb`` colour."""
    srgb = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.asarray(np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4))


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(weights @ to_linear(colour)) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def rgba(colour: str) -> tuple[int, int, int, int]:
    """Return a ``#rrggbb`` colour as four bytes, opaque."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue, 255


def _to_hex(lab: NDArray[np.float64]) -> str:
    linear = np.linalg.solve(_TO_LMS, np.linalg.solve(_TO_LAB, lab) ** 3).clip(0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in srgb)
