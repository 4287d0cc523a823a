"""Files that the reading of imports must refuse, each with the slug expected.

``bad_files()`` makes them all, always the same bytes. The writers of :mod:`tests.table_files` are offered here too, for
files whose fault only shows once their columns are known.
"""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import lzma
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.orc as orc
import pyarrow.parquet as pq
import xlsxwriter

from rarecare.dataset.imports.sources import LIMITS, Limits
from tests.table_files import (
    csv_bytes,
    ods_bytes,
    ods_cell,
    ods_row,
    ods_sheet,
    ods_workbook,
    parquet_bytes,
    rezip,
    xlsx_bytes,
    zip_bytes,
)

__all__ = ["GRID", "BadFile", "bad_files", "csv_bytes", "ods_bytes", "parquet_bytes", "xlsx_bytes"]

DELIMITERS = {"virgule": ",", "point-virgule": ";", "tabulation": "\t", "barre": "|"}
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
GRID = (
    ("Établissement", "Réseau", "Patients", "Année"),
    ("Hôpital Necker", "Maladies osseuses", 120, 2024),
    ("CHU de Brest", "Épilepsies rares", 34, 2024),
    ("Hôpital Édouard-Herriot", "Maladies de Wilson", 57, 2025),
)


@dataclass(frozen=True)
class BadFile:
    """One file to refuse: ``slug`` is among those told."""

    name: str
    content: bytes
    slug: str
    limits: Limits = LIMITS


def bad_files() -> list[BadFile]:
    """Return every bad file; two never have the same name nor the same bytes and limits."""
    groups = (
        *(_empty(), _markup(), _signatures(), _office(), _no_columns(), _encodings()),
        *(_csv_faults(), _csv_cells(), _workbook_cells(), _formulas(), _macros(), _declarations()),
        *(_heavy(), _cut(), _spoiled(), _beyond_limits(), _parquet()),
    )
    return list(itertools.chain.from_iterable(groups))


def _empty() -> Iterator[BadFile]:
    for label, content in {
        "zero": b"",
        "espaces": b"   ",
        "lignes": b"\r\n\r\n",
        "tabulations": b"\t\t\n\t",
    }.items():
        yield BadFile(f"vide-{label}.csv", content, "fichier-vide")
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        yield BadFile(f"vide-marque-{encoding}.csv", "".encode(encoding) or b"\xef\xbb\xbf", "fichier-vide")
        yield BadFile(f"vide-lignes-{encoding}.csv", "\n\n".encode(encoding), "fichier-vide")
    for label, delimiter in DELIMITERS.items():
        if delimiter != "\t":
            yield BadFile(f"vide-{label}.csv", f"{delimiter * 3}\n".encode() * 4, "feuille-vide")
        for encoding in ENCODINGS:
            content = csv_bytes(GRID[:1], delimiter=delimiter, encoding=encoding)
            yield BadFile(f"entete-seul-{label}-{encoding}.csv", content, "sans-donnees")
    for kind, write in {"xlsx": xlsx_bytes, "ods": ods_bytes}.items():
        yield BadFile(f"vide.{kind}", write([]), "feuille-vide")
        yield BadFile(f"vides.{kind}", write([], others={"Deux": [], "Trois": []}), "feuille-vide")
        yield BadFile(f"espaces.{kind}", write([[" ", "  "], [" ", " "]]), "feuille-vide")
        yield BadFile(f"entete-seul.{kind}", write(GRID[:1]), "sans-donnees")
        yield BadFile(f"entetes-seuls.{kind}", write(GRID[:1], others={"Deux": GRID[:1]}), "sans-donnees")
        yield BadFile(f"entete-en-bas.{kind}", write([[], [], *GRID[:1]]), "sans-donnees")
    for label, table in {
        "sans-ligne": pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.int64())}),
        "sans-valeur": pa.table({"a": pa.array([None, None], pa.string())}),
    }.items():
        yield BadFile(f"{label}.parquet", _parquet_of(table), "sans-donnees")
    yield BadFile("sans-colonne.parquet", _parquet_of(pa.table({})), "feuille-vide")


_PAGES = {
    "doctype": "<!DOCTYPE html>\n<html><body><p>Connexion à l'espace réservé</p></body></html>",
    "majuscules": "<HTML><HEAD><TITLE>Données</TITLE></HEAD><BODY>x;y</BODY></HTML>",
    "table": "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>é</td></tr></table>",
    "commentaire": "<!-- export -->\n<html><table><tr><td>é</td></tr></table></html>",
    "blancs": "\n\n   <html lang='fr'><body>Erreur 404 : é;b;c</body></html>",
    "xhtml": '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>é</body></html>',
    "script": "<script>location='/é'</script>",
    "courriel": "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n<html>é</html>",
}
_XML = {
    "simple": "<centres><centre nom='é'/></centres>",
    "entete": "<?xml version='1.0'?>\n<lignes><l>é</l></lignes>",
    "classeur-2003": '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">é</Workbook>',
    "fods": '<?xml version="1.0"?><office:document office:mimetype="x">é</office:document>',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><text>é</text></svg>',
    "kml": "<kml><Placemark><name>Hôpital, CHU</name></Placemark></kml>",
}
_JSON = {
    "objets": '[{"nom": "é", "patients": 12}]',
    "objet": '{"centres": [], "é": 1}',
    "geojson": '{\n  "type": "FeatureCollection", "features": ["é"]}',
    "listes": '[["a", "é"], [1, 2]]',
    "nombres": "[1, 2, 3]\n// é",
}


def _markup() -> Iterator[BadFile]:
    for texts, slug in ((_PAGES, "page-html"), (_XML, "fichier-xml"), (_JSON, "fichier-json")):
        for (label, text), encoding in itertools.product(texts.items(), ENCODINGS):
            yield BadFile(f"{slug}-{label}-{encoding}.csv", text.encode(encoding), slug)


def _signatures() -> Iterator[BadFile]:
    noise = bytes(range(256)) * 4
    starts = {
        "document-pdf": {"pdf": b"%PDF-1.7\n%\xe2\xe3", "pdf-ligne": b"\n%PDF-1.4\n1 0 obj\n"},
        "document-bureautique": {"rtf": b"{\\rtf1\\ansi ", "ps": b"%!PS-Adobe-3.0\n"},
        "image": {
            "png": b"\x89PNG\r\n\x1a\n",
            "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
            "gif": b"GIF89a",
            "tiff": b"II*\x00",
            "tiff-mac": b"MM\x00*",
            "psd": b"8BPS\x00\x01",
            "webp": b"RIFF\x00\x10\x00\x00WEBPVP8 ",
        },
        "fichier-compresse": {
            "7z": b"7z\xbc\xaf\x27\x1c\x00\x04",
            "rar": b"Rar!\x1a\x07\x01\x00",
            "zst": b"\x28\xb5\x2f\xfd\x04",
            "lz4": b"\x04\x22\x4d\x18\x64",
        },
        "fichier-binaire": {
            "sqlite": b"SQLite format 3\x00",
            "elf": b"\x7fELF\x02\x01",
            "exe": b"MZ\x90\x00\x03\x00\x00\x00",
            "avro": b"Obj\x01\x04",
            "sav": b"$FL2@(#)",
            "hdf5": b"\x89HDF\r\n\x1a\n",
            "duckdb": b"\x00" * 8 + b"DUCK\x40",
            "dbf": b"\x03\x7c\x01\x01\x05\x00\x00\x00\x41\x00\x0c\x00",
            "bmp": b"BM\x36\x00\x0c\x00\x00\x00",
            "hasard": b"\x00\x01\x02\x03",
            "ole-inconnu": _ole(""),
        },
        "classeur-ancien": {
            "biff2": b"\x09\x00\x04\x00\x02\x00\x10\x00",
            "biff3": b"\x09\x02\x06\x00\x00\x02\x10\x00",
            "biff4": b"\x09\x04\x06\x00\x00\x04\x10\x00",
            "biff8": b"\x09\x08\x10\x00\x00\x06\x05\x00",
            "xls": _ole("Workbook"),
            "xls95": _ole("Book"),
        },
        "fichier-protege": {"xlsx-mot-de-passe": _ole("EncryptedPackage"), "parquet-chiffre": b"PARE"},
    }
    for slug, files in starts.items():
        for label, start in files.items():
            yield BadFile(f"{label}-nomme.csv", start + noise, slug)
            yield BadFile(f"{label}-nomme.xlsx", start + noise[::-1], slug)
    yield BadFile("texte.doc", _ole("WordDocument"), "document-bureautique")
    yield BadFile("diapos.ppt", _ole("PowerPoint Document"), "document-bureautique")
    yield BadFile("tableur.slk", b'ID;PWXL;N;E\nC;Y1;X1;K"a"\nE\n', "fichier-binaire")
    for label, content in _packed(csv_bytes(GRID)).items():
        yield BadFile(f"centres.csv.{label}", content, "fichier-compresse")
    table = pa.table({"a": ["x", "y"], "b": [1, 2]})
    for label, content in {"feather": _feather_of(table), "orc": _orc_of(table), "npy": _npy()}.items():
        yield BadFile(f"centres.{label}", content, "fichier-binaire")
    yield BadFile("centres.pickle", pickle.dumps(list(range(300))), "fichier-binaire")


def _ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(64)


def _packed(content: bytes) -> dict[str, bytes]:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        info = tarfile.TarInfo("centres.csv")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return {
        "gz": gzip.compress(content, mtime=0),
        "bz2": bz2.compress(content),
        "xz": lzma.compress(content),
        "tar": archive.getvalue(),
        "zip": zip_bytes({"centres.csv": content}),
        "zip.zip": zip_bytes({"centres.zip": zip_bytes({"centres.csv": content})}),
    }


def _feather_of(table: pa.Table) -> bytes:
    written = io.BytesIO()
    feather.write_feather(table, written)
    return written.getvalue()


def _orc_of(table: pa.Table) -> bytes:
    written = io.BytesIO()
    orc.write_table(table, written)
    return written.getvalue()


def _npy() -> bytes:
    written = io.BytesIO()
    np.save(written, np.arange(4.0))
    return written.getvalue()


def _parquet_of(table: pa.Table) -> bytes:
    written = io.BytesIO()
    pq.write_table(table, written)
    return written.getvalue()


def _office() -> Iterator[BadFile]:
    types = b'<?xml version="1.0"?><Types/>'
    for label, entries, slug in (
        ("docx", {"[Content_Types].xml": types, "word/document.xml": b"<w/>"}, "document-bureautique"),
        ("pptx", {"[Content_Types].xml": types, "ppt/presentation.xml": b"<p/>"}, "document-bureautique"),
        ("odt", {"mimetype": b"application/vnd.oasis.opendocument.text"}, "document-bureautique"),
        ("odp", {"mimetype": b"application/vnd.oasis.opendocument.presentation"}, "document-bureautique"),
        ("xlsb", {"[Content_Types].xml": types, "xl/workbook.bin": b"\x83\x01"}, "classeur-binaire"),
        ("epub", {"mimetype": b"application/epub+zip", "content.opf": b"<p/>"}, "fichier-compresse"),
        ("jar", {"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0"}, "fichier-compresse"),
        ("numbers", {"Index/Document.iwa": b"\x00"}, "fichier-compresse"),
        ("kmz", {"doc.kml": b"<kml/>"}, "fichier-compresse"),
        ("classeurs.zip", {"un.xlsx": xlsx_bytes(GRID), "deux.ods": ods_bytes(GRID)}, "fichier-compresse"),
        ("types-seuls.xlsx", {"[Content_Types].xml": types}, "classeur-corrompu"),
        (
            "sans-contenu.ods",
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
            "classeur-corrompu",
        ),
    ):
        yield BadFile(f"document.{label}", zip_bytes(entries), slug)
    yield BadFile("zip-vide.xlsx", zip_bytes({}), "fichier-compresse")
    manifest = '<m xmlns="x"><file-entry><encryption-data checksum="y"/></file-entry></m>'
    sheet = ods_sheet("A", [ods_row([ods_cell("a"), ods_cell("b")])] * 2)
    yield BadFile("mot-de-passe.ods", ods_workbook([sheet], manifest=manifest), "fichier-protege")
    for kind, content in {"xlsx": xlsx_bytes(GRID), "ods": ods_bytes(GRID)}.items():
        yield BadFile(f"zip-chiffre.{kind}", _flagged_encrypted(content), "fichier-protege")


def _flagged_encrypted(content: bytes) -> bytes:
    spoiled = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = spoiled.find(mark)
        while start >= 0:
            spoiled[start + place] |= 1
            start = spoiled.find(mark, start + 4)
    return bytes(spoiled)


def _no_columns() -> Iterator[BadFile]:
    texts = {
        "prose": "Ceci est un courrier.\nIl ne contient aucune table.\n",
        "une-colonne": "patients\n12\n34\n",
        "espaces": "nom patients\nBrest 12\nLyon 34\n",
        "tilde": "nom~patients\nBrest~12\n",
        "deux-points": "nom:patients\nBrest:12\n",
        "yaml": "- nom: Brest\n  patients: 12\n",
        "base64": "UEsDBBQAAAAIAA" * 10 + "\n",
        "markdown": "# Centres\n\nTexte.\n",
        "sep-tilde": "sep=~\nnom~patients\nBrest~12\n",
        "sep-vide": "sep=\nnom;patients\nBrest;12\n",
        "sep-point": "sep=.\nnom.patients\nBrest.12\n",
        "un-mot": "patients",
    }
    for (label, text), encoding in itertools.product(texts.items(), ("utf-8", "utf-16")):
        yield BadFile(f"sans-colonne-{label}-{encoding}.csv", text.encode(encoding), "separateur-inconnu")


def _encodings() -> Iterator[BadFile]:
    words = {
        "shift_jis": "病院の患者数とセンター",
        "gb18030": "罕见病中心的患者数量",
        "koi8-r": "Больница редких болезней",
        "cp1251": "Больница редких болезней",
        "iso8859_7": "νοσοκομείο σπάνιων ασθενειών",
        "cp1255": "בית חולים למחלות נדירות",
        "cp437": "Σ∞φε∩≡±≥≤⌠⌡÷≈ hôpital",
    }
    for label, delimiter in DELIMITERS.items():
        good = csv_bytes(GRID, delimiter=delimiter)
        for encoding, word in words.items():
            grid = [*GRID, (word, word, 1, 2024)]
            encoded = csv_bytes([*grid[:1], *grid[4:]], delimiter=delimiter).decode("utf-8")
            content = encoded.replace("É", "E").replace("é", "e").encode(encoding)
            yield BadFile(f"{encoding}-{label}.csv", content, "encodage-incorrect")
        yield BadFile(f"octet-ff-{label}.csv", good.replace(b"Brest", b"Br\xffst"), "encodage-incorrect")
        yield BadFile(f"utf8-coupe-{label}.csv", good + "é".encode()[:1], "encodage-incorrect")
        yield BadFile(f"utf8-bom-faux-{label}.csv", b"\xef\xbb\xbf" + good[1:], "encodage-incorrect")
        wide = csv_bytes(GRID, delimiter=delimiter, encoding="utf-16")
        yield BadFile(f"utf16-impair-{label}.csv", wide + b"\x61", "encodage-incorrect")
        yield BadFile(f"utf16-demi-{label}.csv", wide + b"\x00\xd8\x61\x00", "encodage-incorrect")
        yield BadFile(f"utf16-sans-marque-{label}.csv", wide[2:], "fichier-binaire")
        yield BadFile(f"nul-{label}.csv", good.replace(b"Brest", b"Br\x00st"), "octet-nul")
        yield BadFile(f"nul-final-{label}.csv", good + b"\x00", "octet-nul")
        yield BadFile(f"nul-utf16-{label}.csv", wide + b"\x00\x00", "octet-nul")


def _csv_faults() -> Iterator[BadFile]:
    for (label, mark), encoding in itertools.product(DELIMITERS.items(), ENCODINGS):
        good = csv_bytes(GRID, delimiter=mark)
        text = good.decode("utf-8")
        lines = text.splitlines()
        spoiled = {
            "cellule-en-trop": ("nombre-de-cellules", f"{text}a{mark}b{mark}3{mark}4{mark}5\r\n"),
            "cellule-en-moins": ("nombre-de-cellules", f"{text}a{mark}b{mark}3\r\n"),
            "coupe": ("nombre-de-cellules", text[: text.rindex(mark)]),
            "entete-long": ("nombre-de-cellules", text.replace(lines[0], f"{lines[0]}{mark}Note", 1)),
            "guillemet-ouvert": ("csv-illisible", f'{text}"Lyon{mark}b{mark}3{mark}4\r\n'),
            "guillemet-suivi": ("csv-illisible", f'{text}"Lyon" Sud{mark}b{mark}3{mark}4\r\n'),
            "guillemet-barre": ("csv-illisible", f'{text}"dit \\"Lyon\\""{mark}b{mark}3{mark}4\r\n'),
            "titre-double": ("colonne-en-double", text.replace("Année", "Patients", 1)),
            "titre-double-casse": ("colonne-en-double", text.replace("Année", " PATIENTS ", 1)),
        }
        for fault, (slug, changed) in spoiled.items():
            yield BadFile(f"{fault}-{label}-{encoding}.csv", changed.encode(encoding), slug)


_CELLS = {
    "formule": ("formule", "=1+2"),
    "formule-lien": ("formule", '=HYPERLINK("x")'),
    "formule-commande": ("formule", "=cmd|' /C calc'!A0"),
    "sonnerie": ("caractere-de-controle", "Br\x07est"),
    "echappement": ("caractere-de-controle", "\x1b[31mBrest"),
    "effacement": ("caractere-de-controle", "Brest\x7f"),
}
_DEFORMED = {"e": "HÃ´pital", "apostrophe": "lâ€™hôpital", "perdu": "H\ufffdpital", "marque": "ï»¿Brest"}


def _csv_cells() -> Iterator[BadFile]:
    for (label, mark), (fault, (slug, value)) in itertools.product(DELIMITERS.items(), _CELLS.items()):
        for encoding in ENCODINGS[1:]:
            grid = [*GRID, (value, "Réseau", 3, 2024)]
            content = csv_bytes(grid, delimiter=mark, encoding=encoding)
            yield BadFile(f"{fault}-{label}-{encoding}.csv", content, slug)
    for (label, mark), (fault, value) in itertools.product(DELIMITERS.items(), _DEFORMED.items()):
        content = csv_bytes([*GRID, ("Lyon", value, 3, 2024)], delimiter=mark)
        yield BadFile(f"deforme-{fault}-{label}.csv", content, "texte-deforme")


def _workbook_cells() -> Iterator[BadFile]:
    for kind, write in {"xlsx": xlsx_bytes, "ods": ods_bytes, "parquet": parquet_bytes}.items():
        for fault, value in _DEFORMED.items():
            yield BadFile(f"deforme-{fault}.{kind}", write([*GRID, (value, "b", 1, 2)]), "texte-deforme")
        yield BadFile(f"texte-formule.{kind}", write([*GRID, ("=A1", "b", 1, 2)]), "formule")
        if kind != "xlsx":
            content = write([*GRID, ("x" * 40_000, "b", 1, 2)])
            yield BadFile(f"cellule-geante.{kind}", content, "cellule-trop-longue")
    giant = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c></row>'
    yield BadFile("cellule-geante.xlsx", _xlsx_of(giant), "cellule-trop-longue")
    for code in ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"):
        cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="B3" t="e"><v>{code}</v></c></row>'
        yield BadFile(
            f"erreur-{code.strip('#!?').replace('/', '')}.xlsx", _xlsx_of(cells), "cellule-en-erreur"
        )
    for label, attributes in {
        "erreur": 'office:value-type="string" calcext:value-type="error" xmlns:calcext="c"',
        "infini": 'office:value-type="float" office:value="inf"',
        "nombre-faux": 'office:value-type="float" office:value="douze"',
        "nombre-absent": 'office:value-type="float"',
        "booleen-faux": 'office:value-type="boolean" office:boolean-value="oui"',
        "heure-fausse": 'office:value-type="time" office:time-value="midi"',
        "date-absente": 'office:value-type="date"',
    }.items():
        cell = f"<table:table-cell {attributes}><text:p>x</text:p></table:table-cell>"
        content = ods_workbook([ods_sheet("A", [ods_row([ods_cell("a"), cell])] * 2)])
        yield BadFile(f"cellule-{label}.ods", content, "cellule-en-erreur")
    double = [("Nom", "Patients", "patients"), ("Brest", 1, 2)]
    for kind, write in {"xlsx": xlsx_bytes, "ods": ods_bytes}.items():
        yield BadFile(f"titre-double.{kind}", write(double), "colonne-en-double")
        yield BadFile(f"titre-double-sous-un-titre.{kind}", write([["Titre"], *double]), "colonne-en-double")


def _xlsx_of(rows: str, **changes: bytes) -> bytes:
    sheet = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>'
        "</worksheet>"
    )
    return rezip(xlsx_bytes(GRID), changes={"xl/worksheets/sheet1.xml": sheet.encode(), **changes})


def _formulas() -> Iterator[BadFile]:
    for place, formula in itertools.product(
        ("A2", "C12", "AB300"), ("=1+2", "=SUM(A1:A9)", "=NOW()", '="é"')
    ):
        written = io.BytesIO()
        with xlsxwriter.Workbook(written) as workbook:
            sheet = workbook.add_worksheet("Centres")
            sheet.write_row("A1", GRID[0])
            sheet.write_formula(place, formula, None, 3)
        yield BadFile(f"formule-{place}-{formula[1:4]}.xlsx", written.getvalue(), "formule")
        cell = ods_cell(3, formula=f"of:{formula}")
        content = ods_workbook([ods_sheet(place, [ods_row([ods_cell("a"), cell])])])
        yield BadFile(f"formule-{place}-{formula[1:4]}.ods", content, "formule")
    for label, cell in {
        "partagee": '<c r="A1"><f t="shared" ref="A1:A9" si="0">B1</f><v>1</v></c>',
        "sans-valeur": '<c r="A1"><f>B1</f></c>',
        "vide": '<c r="A1"><f/><v>3</v></c>',
        "matricielle": '<c r="A1"><f t="array" ref="A1">B1</f><v>1</v></c>',
        "sans-place": "<c><f>B1</f><v>1</v></c>",
        "prefixe": '<x:c xmlns:x="x" r="A1"><x:f>B1</x:f><x:v>1</x:v></x:c>',
    }.items():
        yield BadFile(f"formule-{label}.xlsx", _xlsx_of(f'<row r="1">{cell}</row>'), "formule")
    hidden = xlsx_bytes(GRID, others={"Calculs": GRID})
    with zipfile.ZipFile(io.BytesIO(hidden)) as archive:
        second = archive.read("xl/worksheets/sheet2.xml").replace(b"<v>120</v>", b"<f>60*2</f><v>120</v>")
    yield BadFile(
        "formule-autre-feuille.xlsx", rezip(hidden, changes={"xl/worksheets/sheet2.xml": second}), "formule"
    )


def _macros() -> Iterator[BadFile]:
    good = xlsx_bytes(GRID)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        types = archive.read("[Content_Types].xml")
    enabled = types.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    for label, changes in {
        "vba": {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
        "vba-ailleurs": {"autre/VBAPROJECT.BIN": b"x"},
        "type": {"[Content_Types].xml": enabled},
        "type-et-vba": {"[Content_Types].xml": enabled, "xl/vbaProject.bin": b"x"},
        "excel4": {"xl/macrosheets/sheet9.xml": b"<macrosheet/>"},
        "modele": {"[Content_Types].xml": enabled.replace(b"sheet.macro", b"template.macro")},
    }.items():
        yield BadFile(f"macro-{label}.xlsm", rezip(good, changes=changes), "macro")
        yield BadFile(f"macro-{label}-renomme.xlsx", rezip(good, changes={**changes, "a": b"1"}), "macro")
    for label, changes in {
        "basic": {"Basic/Standard/Module1.xml": b"<module/>"},
        "python": {"Scripts/python/m.py": b"pass"},
        "javascript": {"Scripts/javascript/Library/m.js": b"1"},
    }.items():
        yield BadFile(f"macro-{label}.ods", rezip(ods_bytes(GRID), changes=changes), "macro")
    listener = '<script:event-listener xmlns:script="s" script:event-name="dom:load"/>'
    content = ods_workbook([listener + ods_sheet("A", [ods_row([ods_cell("a"), ods_cell("b")])] * 2)])
    yield BadFile("macro-evenement.ods", content, "macro")


def _declarations() -> Iterator[BadFile]:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    declared = {
        "doctype": "<!DOCTYPE x>",
        "entite": '<!DOCTYPE x [<!ENTITY e "é">]>',
        "fichier": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        "adresse": '<!DOCTYPE x SYSTEM "http://exemple.invalid/x.dtd">',
        "milliard": f'<!DOCTYPE x [<!ENTITY l0 "lol">{bomb}]>',
    }
    parts = {
        "xlsx": ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"),
        "ods": ("content.xml",),
    }
    for kind, content in {"xlsx": xlsx_bytes(GRID), "ods": ods_bytes(GRID)}.items():
        for part, (label, declaration) in itertools.product(parts[kind], declared.items()):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                text = archive.read(part).decode("utf-8")
            end = text.index("?>") + 2
            changed = (text[:end] + declaration + text[end:]).encode()
            name = f"{label}-{part.rpartition('/')[2]}.{kind}"
            yield BadFile(name, rezip(content, changes={part: changed}), "entites-xml")


def _heavy() -> Iterator[BadFile]:
    for kind, content in {"xlsx": xlsx_bytes(GRID), "ods": ods_bytes(GRID)}.items():
        zeros = rezip(content, changes={"bombe.bin": bytes(40_000_000)})
        yield BadFile(f"bombe-zeros.{kind}", zeros, "archive-demesuree")
        many = rezip(content, changes={f"x/{n}.txt": b"" for n in range(2_100)})
        yield BadFile(f"bombe-entrees.{kind}", many, "archive-demesuree")
        yield BadFile(f"menteur.{kind}", _lying(content), "classeur-corrompu")
        yield BadFile(f"double.{kind}", _doubled(content), "classeur-corrompu")
        tight = replace(LIMITS, unpacked_bytes=1_000)
        yield BadFile(f"deballe.{kind}", content, "archive-demesuree", tight)
    blank = '<row r="1"><c r="A1"><v>1</v></c></row>'
    for place, slug in {
        "XFD1": "trop-de-colonnes",
        "XFD1048576": "trop-de-colonnes",
        "ALM2": "trop-de-colonnes",
        "Z1048576": "trop-de-cellules",
        "A9999999": "trop-de-lignes",
    }.items():
        line = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        far = f'{blank}<row r="{line}"><c r="{place}"><v>1</v></c></row>'
        yield BadFile(f"loin-{place}.xlsx", _xlsx_of(far), slug)
    cell = ods_cell("x")
    for label, rows, slug in (
        ("colonnes", [ods_row([ods_cell("x", repeated=16_384)])], "trop-de-colonnes"),
        ("colonne-loin", [ods_row([ods_cell("", repeated=16_000), cell])], "trop-de-colonnes"),
        ("lignes", [ods_row([cell, cell], repeated=1_048_577)], "trop-de-lignes"),
        ("ligne-loin", [ods_row([ods_cell("")], repeated=2_000_000), ods_row([cell])], "trop-de-lignes"),
        ("grille", [ods_row([ods_cell("x", repeated=900)], repeated=1_000_000)], "trop-de-cellules"),
    ):
        yield BadFile(f"repete-{label}.ods", ods_workbook([ods_sheet("A", rows)]), slug)
    merged = [ods_row([ods_cell("x", columns=9, rows=9_000_000)] * 9), *[ods_row([cell] * 9)] * 2]
    tight = replace(LIMITS, cells=100)
    yield BadFile("fusions.ods", ods_workbook([ods_sheet("A", merged)]), "trop-de-cellules", tight)
    spaces = '<text:p>a<text:s text:c="999999999"/></text:p>'
    spaces = f'<table:table-cell office:value-type="string">{spaces}</table:table-cell>'
    yield BadFile(
        "espaces-repetes.ods", ods_workbook([ods_sheet("A", [ods_row([spaces])])]), "cellule-trop-longue"
    )
    sheets = [ods_sheet(f"F{n}", []) for n in range(201)]
    yield BadFile("feuilles.ods", ods_workbook(sheets), "trop-de-feuilles")
    yield BadFile(
        "feuilles.xlsx", xlsx_bytes(GRID, others={f"F{n}": [] for n in range(200)}), "trop-de-feuilles"
    )
    shared = f'<sst xmlns="x"><si><t>{"x" * 30_000}</t></si></sst>'
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 25_001))
    bomb = _xlsx_of(cells, **{"xl/sharedStrings.xml": shared.encode()})
    yield BadFile("textes-repetes.xlsx", bomb, "archive-demesuree")


def _lying(content: bytes) -> bytes:
    """Announce one byte less than the first packed part gives."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = max(archive.infolist(), key=lambda entry: entry.file_size)
    spoiled = bytearray(content)
    at = spoiled.find(b"PK\x01\x02")
    while spoiled[at + 46 : at + 46 + len(info.filename)] != info.filename.encode():
        at = spoiled.find(b"PK\x01\x02", at + 4)
    struct.pack_into("<I", spoiled, at + 24, info.file_size - 1)
    return bytes(spoiled)


def _doubled(content: bytes) -> bytes:
    """Hold two parts whose names differ only by their case."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = archive.namelist()[-1]
        return rezip(content, changes={name.upper(): archive.read(name)})


def _cut() -> Iterator[BadFile]:
    for kind, content in {
        "xlsx": xlsx_bytes(GRID),
        "ods": ods_bytes(GRID),
        "parquet": parquet_bytes(GRID),
    }.items():
        slug = "parquet-illisible" if kind == "parquet" else "classeur-corrompu"
        for percent in (5, 15, 25, 40, 50, 60, 75, 85, 95, 99):
            yield BadFile(f"coupe-{percent}.{kind}", content[: len(content) * percent // 100], slug)
        if kind != "ods":
            yield BadFile(f"debut-seul.{kind}", content[:4], slug)


def _spoiled() -> Iterator[BadFile]:
    for kind, content in {"xlsx": xlsx_bytes(GRID), "ods": ods_bytes(GRID)}.items():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = [info for info in archive.infolist() if info.compress_size > 20]
        for info in infos:
            spoiled = bytearray(content)
            spoiled[info.header_offset + 30 + len(info.filename) + 10] ^= 0xFF
            label = info.filename.replace("/", "_")
            yield BadFile(f"octet-change-{label}.{kind}", bytes(spoiled), "classeur-corrompu")
        part = "xl/worksheets/sheet1.xml" if kind == "xlsx" else "content.xml"
        for label, text in {
            "vide": b"",
            "coupe": b"<worksheet><sheetData><row>",
            "texte": b"patients;12",
            "entite-inconnue": b"<worksheet><c>&nbsp;</c></worksheet>",
            "encodage": b"<?xml version='1.0' encoding='x-inconnu'?><worksheet/>",
            "octets": b"<worksheet>\xff\xfe</worksheet>",
            "deux-racines": b"<worksheet/><worksheet/>",
        }.items():
            changed = rezip(content, changes={part: text})
            yield BadFile(f"partie-{label}.{kind}", changed, "classeur-corrompu")
    for place in ("AAAA1", "A0", "1A", "é1", "A1:B2", "A99999999"):
        cells = f'<row r="1"><c r="{place}"><v>1</v></c></row>'
        yield BadFile(f"place-{place.replace(':', '-')}.xlsx", _xlsx_of(cells), "classeur-corrompu")
    unknown = '<row r="1"><c r="A1" t="s"><v>999</v></c></row>'
    yield BadFile("texte-inconnu.xlsx", _xlsx_of(unknown), "classeur-corrompu")
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(GRID))) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels").replace(b"sheet1.xml", b"sheet1.dat")
        sheet = archive.read("xl/worksheets/sheet1.xml")
    changes = {"xl/_rels/workbook.xml.rels": links, "xl/worksheets/sheet1.dat": sheet}
    yield BadFile("feuille-cachee.xlsx", rezip(xlsx_bytes(GRID), changes=changes), "classeur-corrompu")
    for part in ("xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"):
        missing = rezip(xlsx_bytes(GRID), changes={part: None})
        yield BadFile(f"sans-{part.rpartition('/')[2]}.xlsx", missing, "classeur-corrompu")


def _beyond_limits() -> Iterator[BadFile]:
    wide = [[f"c{n}" for n in range(10_000)], list(range(10_000))]
    for label, mark in DELIMITERS.items():
        yield BadFile(f"colonnes-{label}.csv", csv_bytes(wide, delimiter=mark), "trop-de-colonnes")
        giant = csv_bytes([*GRID, ("x" * 40_000, "b", 1, 2)], delimiter=mark)
        yield BadFile(f"cellule-geante-{label}.csv", giant, "cellule-trop-longue")
        huge = csv_bytes([*GRID, ("x" * 200_000, "b", 1, 2)], delimiter=mark)
        yield BadFile(f"cellule-enorme-{label}.csv", huge, "cellule-trop-longue")
    lines = replace(LIMITS, line_characters=2_000)
    yield BadFile(
        "ligne-enorme.csv", csv_bytes([*GRID, ("x" * 3_000, "b", 1, 2)]), "cellule-trop-longue", lines
    )
    few_rows, few_cells = replace(LIMITS, rows=3), replace(LIMITS, cells=10)
    heavy = replace(LIMITS, file_bytes=100)
    writers = {"csv": csv_bytes, "xlsx": xlsx_bytes, "ods": ods_bytes, "parquet": parquet_bytes}
    for kind, write in writers.items():
        if kind != "csv":
            yield BadFile(f"colonnes.{kind}", write([row[:1_001] for row in wide]), "trop-de-colonnes")
        yield BadFile(f"lignes.{kind}", write(GRID), "trop-de-lignes", few_rows)
        yield BadFile(f"cellules.{kind}", write(GRID), "trop-de-cellules", few_cells)
        yield BadFile(f"lourd.{kind}", write(GRID), "fichier-trop-lourd", heavy)


def _parquet() -> Iterator[BadFile]:
    for label, values in {
        "liste": pa.array([[1], [2]]),
        "structure": pa.array([{"a": 1}, {"a": 2}]),
        "dictionnaire": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
        "octets": pa.array([b"a", b"b"]),
        "octets-fixes": pa.array([b"a", b"b"], pa.binary(1)),
    }.items():
        yield BadFile(
            f"colonne-{label}.parquet", _parquet_of(pa.table({"a": [1, 2], "b": values})), "colonne-composee"
        )
    for label, value in {"infini": float("inf"), "moins-infini": float("-inf")}.items():
        yield BadFile(
            f"{label}.parquet", parquet_bytes([*GRID[:1], ("a", "b", value, 1)]), "cellule-en-erreur"
        )
    twice = pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 4])], ["a", "a"])
    yield BadFile("titre-double.parquet", _parquet_of(twice), "colonne-en-double")
    control = parquet_bytes([*GRID, ("a\x00b", "b", 1, 2)])
    yield BadFile("nul.parquet", control, "octet-nul")
    good = bytearray(parquet_bytes(GRID))
    for place in (-5, -6, -7, -8):
        spoiled = bytearray(good)
        spoiled[place] ^= 0x7F
        yield BadFile(f"pied-{-place}.parquet", bytes(spoiled), "parquet-illisible")
    yield BadFile("sans-pied.parquet", bytes(good[:-4]) + b"XXXX", "parquet-illisible")
    yield BadFile("marques-seules.parquet", b"PAR1" + bytes(4) + b"PAR1", "parquet-illisible")
