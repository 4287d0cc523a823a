"""French typography of Markdown pages: everything outside code has its no-break spaces and apostrophes."""

from __future__ import annotations

import re

from rarecare.french import typography

_CODE = re.compile(
    r"```.*?```|`[^`\n]*`|<!--.*?-->|\]\([^)]*\)|<https?:[^>]*>|^\|[-|]+$", re.DOTALL | re.MULTILINE
)


def typeset(markdown: str) -> str:
    """Return the page with French typography outside code, link targets, comments and table rules."""
    parts, end = [], 0
    for code in _CODE.finditer(markdown):
        parts += [typography(markdown[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, typography(markdown[end:])])
