"""Claims about the whole file of a version as a PDF: what the gazette prints can be read in it."""

from engine.bundle import folder
from engine.procedures.certification import hashes_of
from tests.office import ROOT, offer_files
from tests.pages.pdf_text import text_of
from tests.pages.visiting import OpenDesk

KEY = "driving-licence-renewal"


def test_the_file_for_the_gazette_holds_title_rules_labels_and_the_hash_of_every_file(
    desk: OpenDesk,
) -> None:
    files = dict(folder(ROOT / "processes", ROOT / "forms", KEY))
    offer_files(desk.desk.office.engine, files)
    kostas = desk.visit(desk.person("kostas"))

    answer = kostas.opens(f"/certifying/{KEY}/1/file.pdf")

    assert answer.content_type == "application/pdf"
    text = text_of(answer.data)
    assert "Drivinglicencerenewal,version1" in text
    assert '2"am","a","b","be">=80110' in text
    assert "Licencetoberenewed" in text
    assert [name for name, sha256 in hashes_of(files).items() if f"{name}{sha256}" not in text] == []
