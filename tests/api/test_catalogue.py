"""Claims about the open catalogue over HTTP."""

from tests.api.desk import BASE, Desk


def test_everybody_reads_what_is_on_offer_and_no_draft(desk: Desk) -> None:
    answer = desk.client.get(f"{BASE}/catalogue")

    assert answer.status_code == 200
    assert answer.content_type == "application/ld+json"
    services = [one for one in answer.json["@graph"] if one["@type"] == "cpsv:PublicService"]
    assert [one["@id"].rpartition("/")[2] for one in services] == ["residence-certificate"]
    assert answer.json["next"] is None
    assert desk.client.get(f"{BASE}/catalogue/unknown").status_code == 404


def test_one_service_is_described_at_its_own_address_and_not_sent_twice(desk: Desk) -> None:
    first = desk.client.get(f"{BASE}/catalogue/residence-certificate")

    again = desk.client.get(first.json["@graph"][0]["@id"], headers={"If-None-Match": first.headers["ETag"]})

    assert first.status_code == 200
    assert again.status_code == 304
