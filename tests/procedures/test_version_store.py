"""Claims about procedure versions and the catalogue of procedures."""

from dataclasses import replace

import pytest

from engine.kernel.refusal import Conflict
from engine.ports_reads import Slice
from engine.procedures.model import ProcedureVersion, VersionStatus
from tests.builders import a_user, a_version, an_id, minutes_later
from tests.databases import AnyStore

DRAFT, PUBLISHED, RETIRED = VersionStatus.DRAFT, VersionStatus.PUBLISHED, VersionStatus.RETIRED


def keep(store: AnyStore, *versions: ProcedureVersion) -> None:
    with store.begin() as work:
        for version in versions:
            work.add_version(version, {})
        work.commit()


def shown(
    store: AnyStore, words: str | None = None, status: VersionStatus | None = None
) -> list[tuple[str, int]]:
    with store.reading() as reads:
        page = reads.procedures(words=words, status=status, part=Slice())
    return [(version.key, version.number) for version in page.items]


def test_a_version_comes_back_as_it_was_written_with_its_files(store: AnyStore) -> None:
    analyst = a_user()
    version = a_version(
        created_by=analyst.id,
        retired_at=minutes_later(3),
        metadata={"fees": [{"cents": 800}], "mitos": "080734"},
    )
    files = {"procedure.yaml": b"key: x", "forms/intake.form": b"{}", "a.bpmn": bytes(range(256))}
    with store.begin() as work:
        work.save_user(analyst)
        work.add_version(version, files)
        work.commit()

    with store.begin() as work:
        assert work.version(version.key, 1) == version
        assert work.version_by_id(version.id) == version
        assert work.version_files(version.id) == files
    with store.reading() as reads:
        assert reads.version_by_id(version.id) == version
        assert reads.version_files(version.id) == files


def test_a_procedure_is_found_by_its_codes(store: AnyStore) -> None:
    coded = a_version(key="coded", metadata={"codes": {"mitos": "080734", "kep": "0182"}})
    keep(store, coded, a_version(key="another"))

    assert shown(store, "080734") == shown(store, "0182") == [("coded", 1)]


def test_there_is_no_version_of_an_unknown_key_number_or_id(store: AnyStore) -> None:
    keep(store, a_version())

    with store.begin() as work:
        assert work.version("residence-certificate", 2) is None
        assert work.version("unknown", 1) is None
        assert work.published_version("unknown") is None
        assert work.last_version("unknown") is None
        assert work.version_by_id(an_id()) is None
        assert work.version_files(an_id()) == {}
    with store.reading() as reads:
        assert reads.version_by_id(an_id()) is None
        assert reads.version_files(an_id()) == {}
        assert list(reads.versions("unknown")) == []


def test_the_version_on_offer_is_the_published_one_with_the_highest_number(store: AnyStore) -> None:
    versions = [
        a_version(number=number, status=status)
        for number, status in enumerate((PUBLISHED, PUBLISHED, DRAFT), 1)
    ]
    keep(store, *versions, a_version(key="other", number=9))

    with store.begin() as work:
        assert work.published_version("residence-certificate") == versions[1]
        assert work.last_version("residence-certificate") == versions[2]
    with store.reading() as reads:
        assert list(reads.versions("residence-certificate")) == versions[::-1]


def test_a_procedure_without_a_published_version_is_not_on_offer(store: AnyStore) -> None:
    keep(store, a_version(status=DRAFT), a_version(number=2, status=RETIRED))

    with store.begin() as work:
        assert work.published_version("residence-certificate") is None


def test_a_number_is_given_to_one_version_only(store: AnyStore) -> None:
    keep(store, a_version())

    with pytest.raises(Conflict) as refused:
        keep(store, a_version())

    assert refused.value.code == "already_exists"


def test_only_the_status_of_a_version_changes(store: AnyStore) -> None:
    draft = a_version(status=DRAFT, published_at=None)
    keep(store, draft)
    published = draft.published(minutes_later(1))

    with store.begin() as work:
        work.save_version(replace(published, title="not this"))
        work.commit()

    with store.begin() as work:
        assert work.version_by_id(draft.id) == published
        work.save_version(published.retired(minutes_later(2)))
        assert work.version_by_id(draft.id) == published.retired(minutes_later(2))


def test_each_procedure_is_shown_once_by_its_version_on_offer_else_its_newest(store: AnyStore) -> None:
    keep(
        store,
        a_version(key="b", number=1, status=PUBLISHED),
        a_version(key="b", number=2, status=DRAFT),
        a_version(key="a", number=1, status=RETIRED),
        a_version(key="a", number=2, status=DRAFT),
        a_version(key="c-d", number=1, status=PUBLISHED),
        a_version(key="c", number=3, status=PUBLISHED),
        a_version(key="c", number=2, status=PUBLISHED),
    )

    assert shown(store) == [("a", 2), ("b", 1), ("c", 3), ("c-d", 1)]
    assert shown(store, status=PUBLISHED) == [("b", 1), ("c", 3), ("c-d", 1)]
    assert shown(store, status=DRAFT) == [("a", 2)]
    assert shown(store, status=RETIRED) == []


def test_procedures_are_found_by_words_of_key_and_titles_in_whatever_form(store: AnyStore) -> None:
    keep(
        store,
        a_version(
            key="licence-renewal", title="Ανανέωση άδειας οδήγησης", title_en="Driving licence renewal"
        ),
        a_version(key="criminal-record", title="Ποινικό μητρώο 100%_", title_en="Criminal record"),
    )

    for words in ("ΑΔΕΙΑΣ", "οδηγησης ανανέωση", "driv", "LICENCE-renewal"):
        assert shown(store, words) == [("licence-renewal", 1)], words
    assert shown(store, "άδειας μητρώο") == []
    assert shown(store, "  ") == [("criminal-record", 1), ("licence-renewal", 1)]


def test_procedures_come_page_by_page(store: AnyStore) -> None:
    keep(store, *(a_version(key=f"p-{number}") for number in range(5)))

    with store.reading() as reads:
        first = reads.procedures(words=None, status=None, part=Slice(limit=2))
        second = reads.procedures(words=None, status=None, part=Slice(limit=2, cursor=first.next))
        third = reads.procedures(words=None, status=None, part=Slice(limit=2, cursor=second.next))

    keys = [version.key for page in (first, second, third) for version in page.items]
    assert keys == [f"p-{number}" for number in range(5)]
    assert third.next is None
