"""XML parts of a workbook, read as a stream without ever building a tree nor following an entity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from rarecare.dataset.imports.archives import Archive

_XML_NAMES = (".xml", ".rels", ".vml")
Attributes = Mapping[str, str]


class Handler:
    """What is done with the elements of one part; names come without their prefix."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Meet the start of an element."""

    def end(self, name: str) -> None:
        """Meet the end of an element."""

    def text(self, text: str) -> None:
        """Meet some text; one text may come in several pieces."""


class StopPartError(Exception):
    """Raised by a handler that has seen enough of a part."""


class _DoctypeError(Exception):
    """The part declares a document type."""


def xml_names(archive: Archive) -> list[str]:
    """Return the names of the XML parts."""
    return [name for name in archive.entries if name.lower().endswith(_XML_NAMES)]


def read_part(archive: Archive, name: str, handler: Handler | None = None) -> None:
    """Read one part, giving its elements to *handler*; without handler, only check that it is sound.

    Raises :class:`rarecare.errors.DataProblems` when the part is no XML or declares a document type or entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if handler is not None:
        parser.StartElementHandler = _without_prefix(handler.start)
        parser.EndElementHandler = lambda full: handler.end(full.rpartition(":")[2])
        parser.CharacterDataHandler = handler.text
    try:
        _feed(parser, archive.chunks(name))
    except StopPartError:
        return
    except _DoctypeError:
        raise archive.faults.stop("entites-xml", value=name) from None
    # an unknown encoding or a broken character comes as LookupError or ValueError
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise archive.faults.stop("classeur-corrompu", value=f"{name} : {error}") from None


def _feed(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _without_prefix(start: Callable[[str, Attributes], None]) -> Callable[[str, dict[str, str]], None]:
    def called(full: str, attributes: dict[str, str]) -> None:
        start(full.rpartition(":")[2], attributes)

    return called


def _refuse_doctype(*_declared: object) -> None:
    raise _DoctypeError
