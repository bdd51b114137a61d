"""Claims about records of the registry MITOS over HTTP."""

from io import BytesIO
from zipfile import ZipFile

from tests.api.desk import BASE, Desk
from tests.mitos.records import ENGLISH, GREEK, answer


def test_everybody_reads_the_record_of_what_is_on_offer_in_either_language(desk: Desk) -> None:
    address = f"{BASE}/catalogue/residence-certificate/mitos"

    greek, english = desk.client.get(address), desk.client.get(f"{address}?lang=en")
    again = desk.client.get(address, headers={"If-None-Match": greek.headers["ETag"]})

    assert (greek.status_code, again.status_code) == (200, 304)
    process = greek.json["data"]["metadata"]["process"]
    assert (process["official_title"], process["deadline"]) == ("Βεβαίωση μόνιμης κατοικίας", "P5D")
    titles = [one["step_title"] for one in english.json["data"]["metadata"]["process_steps"]]
    assert titles[0] == "Check the papers"
    assert desk.client.get(f"{BASE}/catalogue/unknown/mitos").status_code == 404
    assert desk.client.get(f"{address}?lang=fr").status_code == 422


def test_an_analyst_makes_a_draft_of_a_record_and_deploys_it(desk: Desk) -> None:
    by = "anna"
    body = {
        "key": "parking-permit",
        "agency": "municipality",
        "record": answer(GREEK),
        "english": answer(ENGLISH),
    }

    made = desk.post("/mitos/drafts", body, by=by)
    deployed = desk.call(
        "POST", "/procedures", data=_zipped(made.json["files"]), content_type="application/zip", by=by
    )
    record = desk.get("/procedures/parking-permit/versions/1/mitos", by=by)

    assert made.status_code == 200, made.text
    assert "metadata.process.org_owner" in {one["path"] for one in made.json["unmapped"]}
    assert deployed.status_code == 201, deployed.text
    assert record.json["data"]["metadata"]["process"]["org_owner"] != {"title": "municipality"}
    assert desk.client.get(f"{BASE}/catalogue/parking-permit/mitos").status_code == 404


def test_what_cannot_be_read_is_told_by_its_path_in_the_body(desk: Desk) -> None:
    wrong = answer()
    wrong["data"]["metadata"]["process_evidences"][3]["evidence_alternative"] = "ναι"
    keys = {"key": "Parking", "agency": "municipality"}

    by_path, by_key = (
        desk.post("/mitos/drafts", {**keys, **changes, "record": record}, by="anna")
        for changes, record in (({"key": "parking"}, wrong), ({}, answer()))
    )

    assert (by_path.status_code, by_key.status_code) == (422, 422)
    assert by_path.json["errors"] == {
        "record.metadata.process_evidences[3].evidence_alternative": ['expected true or false, found "ναι"']
    }
    assert list(by_key.json["errors"]) == ["key"]


def test_a_clerk_makes_no_draft(desk: Desk) -> None:
    body = {"key": "parking", "agency": "municipality", "record": answer()}

    assert desk.post("/mitos/drafts", body).status_code == 403


def _zipped(files: dict[str, str]) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w") as held:
        for name, content in files.items():
            held.writestr(name, content)
    return archive.getvalue()
