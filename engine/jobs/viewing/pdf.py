"""PDF files without what acts: scripts, actions that leave the page, forms of XFA, files and media inside.

What is known to be still is kept, and everything else is left out, wherever it stands: in the file itself, in
streams of objects, and in the trees of names. The names are those of ISO 32000-2, the actions in 12.6, the
annotations in 12.5.6.
"""

from collections.abc import Iterator
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

_CATALOGUE = frozenset(
    {
        "/Type", "/Version", "/Extensions", "/Pages", "/PageLabels", "/Names", "/Dests", "/ViewerPreferences",
        "/PageLayout", "/PageMode", "/Outlines", "/AcroForm", "/StructTreeRoot", "/MarkInfo", "/Lang",
        "/OutputIntents", "/OCProperties",
    }
)  # fmt: skip
"""The entries of the catalogue that are kept (table 29)."""
_FORM = frozenset({"/Fields", "/NeedAppearances", "/DR", "/DA", "/Q"})
"""Those of the form (table 224): without XFA, and without signatures, which hold no longer."""
_ANNOTATIONS = frozenset(
    {
        "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight",
        "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Stamp", "/Ink", "/Popup", "/Widget",
        "/Watermark",
    }
)  # fmt: skip
_STILL_ACTIONS = frozenset({"/GoTo", "/URI", "/Named"})
_ACTIONS = frozenset(
    {
        "/GoTo", "/GoToR", "/GoToE", "/GoToDp", "/Launch", "/Thread", "/URI", "/Sound", "/Movie", "/Hide",
        "/Named", "/SubmitForm", "/ResetForm", "/ImportData", "/SetOCGState", "/Rendition", "/Trans",
        "/GoTo3DView", "/JavaScript", "/RichMediaExecute",
    }
)  # fmt: skip
_PAGES_TURNED = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_TRIGGERS = frozenset(
    {
        "/E", "/X", "/D", "/U", "/Fo", "/Bl", "/PO", "/PC", "/PV", "/PI", "/O", "/C", "/K", "/F", "/V", "/WC",
        "/WS", "/DS", "/WP", "/DP",
    }
)  # fmt: skip
"""Entries of additional actions (tables 197 to 200), by which they are known from a resource called AA."""
_LEADS_TO_ACTIONS = ("/A", "/PA", "/Next")
_LEFT_OUT = (
    "/JS", "/EF", "/RF", "/AF", "/RichMediaContent", "/RichMediaSettings", "/XFA", "/Ref", "/OPI",
    "/PieceInfo",
)  # fmt: skip
"""Entries that hold scripts, files or media, or lead outside of the file; nothing else is named so."""


def write_still_pdf(source: BinaryIO, target: BinaryIO) -> None:
    """Write the PDF without what acts.

    `PasswordError` if it opens with a password alone, `PdfError` or another exception if it cannot be read.
    """
    with pikepdf.open(source, suppress_warnings=True) as pdf:
        if not pdf.pages:
            raise pikepdf.PdfError("Expected at least one page, found none.")
        _keep_only(pdf.trailer, frozenset({"/Root", "/Size"}))
        _keep_only(pdf.Root, _CATALOGUE)
        _keep_only(pdf.Root.get("/Names"), frozenset({"/Dests"}))
        _keep_only(pdf.Root.get("/AcroForm"), _FORM)
        for found in _dictionaries(pdf):
            _make_still(found)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)


def _dictionaries(pdf: Pdf) -> Iterator[Object]:
    """Every dictionary and stream of the file; what stands in one is looked at after it was given out."""
    for top in pdf.objects:
        waiting = [top]
        while waiting:
            one = waiting.pop()
            if isinstance(one, (Dictionary, Stream)):
                yield one
                inside = [one[key] for key in one.keys()]  # noqa: SIM118 - a stream cannot be iterated over
            elif isinstance(one, Array):
                inside = list(one)
            else:
                continue
            waiting += [part for part in inside if isinstance(part, Object) and not part.is_indirect]


def _make_still(found: Object) -> None:
    if _acts(found) or _is_active_annotation(found):
        _keep_only(found, frozenset())
        return
    for key in _LEADS_TO_ACTIONS:
        if key in found and _leads_to_unknown(found[key]):
            del found[key]
    for key in _LEFT_OUT:
        if key in found:
            del found[key]
    triggers = found.get("/AA")
    if isinstance(triggers, Dictionary) and set(triggers.keys()) <= _TRIGGERS:
        del found["/AA"]
    if isinstance(found, Stream):
        # What a stream holds could be in another file (table 5).
        _leave_out(found, "/F", "/FFilter", "/FDecodeParms")
    elif isinstance(found.get("/Annots"), Array):
        found["/Annots"] = Array([one for one in found["/Annots"] if _is_still_annotation(one)])


def _acts(found: Object) -> bool:
    """Whether it is an action that does more than turn pages and open a web page."""
    kind = _name(found.get("/S"))
    match kind:
        case "/GoTo":
            return False
        case "/URI":
            return _scheme(found.get("/URI")) not in _SCHEMES
        case "/Named":
            return _name(found.get("/N")) not in _PAGES_TURNED
        case _:
            return kind in _ACTIONS


def _leads_to_unknown(found: Object) -> bool:
    """Whether it is an action, or a list with one, of a kind that is not known."""
    candidates = list(found) if isinstance(found, Array) else [found]
    kinds = [_name(one.get("/S")) for one in candidates if isinstance(one, Dictionary)]
    return any(kind is not None and kind not in _STILL_ACTIONS for kind in kinds)


def _is_active_annotation(found: Object) -> bool:
    kind = _name(found.get("/Subtype"))
    return kind is not None and "/Rect" in found and kind not in _ANNOTATIONS


def _is_still_annotation(found: Object) -> bool:
    return isinstance(found, Dictionary) and _name(found.get("/Subtype")) in _ANNOTATIONS


def _scheme(address: object) -> str:
    """What stands before the first colon of an address; a browser may read more schemes, and no fewer."""
    return str(address).partition(":")[0].lower()


def _name(found: object) -> str | None:
    return str(found) if isinstance(found, Name) else None


def _keep_only(found: Object | None, names: frozenset[str]) -> None:
    if isinstance(found, (Dictionary, Stream)):
        _leave_out(found, *(key for key in found.keys() if key not in names))  # noqa: SIM118 - as above


def _leave_out(found: Object, *names: str) -> None:
    for name in names:
        if name in found:
            del found[name]
