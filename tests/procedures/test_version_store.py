"""Claims about procedure versions and the catalogue of procedures."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict
from engine.people import store as people_store
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.storage.database import Database
from tests.builders import NOON, a_user, a_version, an_id, minutes_later

DRAFT, PUBLISHED, RETIRED = VersionStatus.DRAFT, VersionStatus.PUBLISHED, VersionStatus.RETIRED
SUPERSEDED = VersionStatus.SUPERSEDED
_LATER = minutes_later(60)


def keep(store: Database, *versions: ProcedureVersion) -> None:
    with store.begin() as connection:
        for version in versions:
            procedures_store.add_version(connection, version, {})
        connection.commit()


def shown(
    store: Database, words: str | None = None, status: VersionStatus | None = None
) -> list[tuple[str, int]]:
    with store.reading() as connection:
        page = procedures_store.procedures(connection, at=_LATER, words=words, status=status, part=Slice())
    return [(version.key, version.number) for version in page.items]


def test_a_version_comes_back_as_it_was_written_with_its_files(store: Database) -> None:
    analyst = a_user()
    version = a_version(
        created_by=analyst.id,
        retired_at=minutes_later(3),
        metadata={"fees": [{"cents": 800}], "mitos": "080734"},
    )
    files = {"procedure.yaml": b"key: x", "forms/intake.form": b"{}", "a.bpmn": bytes(range(256))}
    with store.begin() as connection:
        people_store.save_user(connection, analyst)
        procedures_store.add_version(connection, version, files)
        connection.commit()

    with store.begin() as connection:
        assert list(procedures_store.locked_versions(connection, version.key)) == [version]
        assert procedures_store.version_by_id(connection, version.id) == version
        assert procedures_store.files_of_version(connection, version.id) == files
    with store.reading() as connection:
        assert procedures_store.version_by_id(connection, version.id) == version
        assert procedures_store.files_of_version(connection, version.id) == files


def test_a_procedure_is_found_by_its_codes(store: Database) -> None:
    coded = a_version(key="coded", metadata={"codes": {"mitos": "080734", "kep": "0182"}})
    keep(store, coded, a_version(key="another"))

    assert shown(store, "080734") == shown(store, "0182") == [("coded", 1)]


def test_a_procedure_is_found_by_its_keywords_of_both_languages(store: Database) -> None:
    named = a_version(key="named", metadata={"keywords": {"el": ["ΑμεΑ"], "en": ["blue badge"]}})
    keep(store, named, a_version(key="another"))

    assert shown(store, "αμεα") == shown(store, "badge") == [("named", 1)]


def test_there_is_no_version_of_an_unknown_key_number_or_id(store: Database) -> None:
    keep(store, a_version())

    with store.begin() as connection:
        assert list(procedures_store.locked_versions(connection, "unknown")) == []
        assert procedures_store.version_on_offer(connection, "unknown", NOON) is None
        assert procedures_store.last_version(connection, "unknown") is None
        assert procedures_store.version_by_id(connection, an_id()) is None
        assert procedures_store.files_of_version(connection, an_id()) == {}
    with store.reading() as connection:
        assert procedures_store.version_by_id(connection, an_id()) is None
        assert procedures_store.files_of_version(connection, an_id()) == {}
        assert list(procedures_store.all_versions(connection, "unknown")) == []


def test_the_version_on_offer_is_that_of_the_moment_to_the_microsecond(store: Database) -> None:
    midnight = minutes_later(60)
    first = a_version(status=SUPERSEDED, retired_at=midnight)
    second = a_version(number=2, published_at=midnight)
    versions = [first, second, a_version(number=3, status=DRAFT, published_at=None)]
    keep(store, *versions, a_version(key="other", number=9))

    def on_offer(at: datetime) -> ProcedureVersion | None:
        return procedures_store.version_on_offer(connection, "residence-certificate", at)

    with store.begin() as connection:
        assert on_offer(NOON - timedelta(microseconds=1)) is None
        assert on_offer(midnight - timedelta(microseconds=1)) == first
        assert on_offer(midnight) == second
        assert procedures_store.last_version(connection, "residence-certificate") == versions[2]
    with store.reading() as connection:
        assert list(procedures_store.all_versions(connection, "residence-certificate")) == versions[::-1]


def test_a_procedure_without_a_published_version_is_not_on_offer(store: Database) -> None:
    retired = a_version(number=2, status=RETIRED, retired_at=minutes_later(1))
    keep(store, a_version(status=DRAFT, published_at=None), retired)

    with store.begin() as connection:
        found = procedures_store.version_on_offer(connection, "residence-certificate", minutes_later(1))
    assert found is None


@pytest.mark.parametrize(
    ("published_at", "retired_at"),
    [
        (NOON, None),
        (minutes_later(30), None),
        (minutes_later(-30), minutes_later(1)),
    ],
)
def test_the_database_refuses_a_second_version_on_offer(
    store: Database, published_at: datetime, retired_at: datetime | None
) -> None:
    keep(store, a_version(retired_at=minutes_later(60), status=SUPERSEDED))

    with pytest.raises(DBAPIError, match="one version of a procedure at a time"):
        keep(store, a_version(number=2, published_at=published_at, retired_at=retired_at))

    keep(store, a_version(number=2, published_at=minutes_later(60)))
    with pytest.raises(DBAPIError):
        keep(store, a_version(number=3, published_at=minutes_later(90)))


_MOMENTS = (None, NOON, minutes_later(10), minutes_later(20))


@pytest.mark.parametrize("status", list(VersionStatus))
def test_the_catalogue_and_a_version_say_the_same_of_a_moment(store: Database, status: VersionStatus) -> None:
    moments = _MOMENTS if status in (PUBLISHED, SUPERSEDED, RETIRED) else (None,)
    kept = [
        a_version(key=f"p{first}{last}", status=status, published_at=published, retired_at=retired)
        for first, published in enumerate(moments)
        for last, retired in enumerate(moments)
    ]
    keep(store, *kept)
    if len(moments) == 1:
        with pytest.raises(DBAPIError, match="Only what was published is on offer"):
            keep(store, a_version(key="never", status=status))

    with store.reading() as connection:
        for at in (NOON, minutes_later(10), minutes_later(15), minutes_later(30)):
            by_status = {
                version.key: wanted
                for wanted in VersionStatus
                for version in procedures_store.procedures(
                    connection, at=at, words=None, status=wanted, part=Slice(limit=100)
                ).items
            }
            assert by_status == {version.key: version.at(at).status for version in kept}


def test_a_number_is_given_to_one_version_only(store: Database) -> None:
    draft = a_version(status=DRAFT, published_at=None)
    keep(store, draft)

    with pytest.raises(Conflict) as refused:
        keep(store, replace(draft, id=an_id()))

    assert refused.value.code == "already_exists"


def test_only_the_status_of_a_version_changes(store: Database) -> None:
    draft = a_version(status=VersionStatus.CERTIFIED, published_at=None)
    keep(store, draft)
    published = draft.published(minutes_later(1), until=None)

    with store.begin() as connection:
        procedures_store.save_version(connection, replace(published, title="not this"))
        connection.commit()

    with store.begin() as connection:
        assert procedures_store.version_by_id(connection, draft.id) == published
        procedures_store.save_version(connection, published.retired(minutes_later(2)))
        assert procedures_store.version_by_id(connection, draft.id) == published.retired(minutes_later(2))


def test_each_procedure_is_shown_once_by_its_version_on_offer_else_its_newest(store: Database) -> None:
    keep(
        store,
        a_version(key="b", number=1, status=PUBLISHED),
        a_version(key="b", number=2, status=DRAFT, published_at=None),
        a_version(key="a", number=1, status=RETIRED, retired_at=minutes_later(1)),
        a_version(key="a", number=2, status=DRAFT, published_at=None),
        a_version(key="c-d", number=1, status=PUBLISHED),
        a_version(key="c", number=3, status=PUBLISHED, published_at=minutes_later(1)),
        a_version(key="c", number=2, status=SUPERSEDED, retired_at=minutes_later(1)),
    )

    assert shown(store) == [("a", 2), ("b", 1), ("c", 3), ("c-d", 1)]
    assert shown(store, status=PUBLISHED) == [("b", 1), ("c", 3), ("c-d", 1)]
    assert shown(store, status=DRAFT) == [("a", 2)]
    assert shown(store, status=RETIRED) == []


def test_procedures_are_found_by_words_of_key_and_titles_in_whatever_form(store: Database) -> None:
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


def test_procedures_come_page_by_page(store: Database) -> None:
    keep(store, *(a_version(key=f"p-{number}") for number in range(5)))

    with store.reading() as connection:
        first = procedures_store.procedures(connection, at=NOON, words=None, status=None, part=Slice(limit=2))
        second = procedures_store.procedures(
            connection, at=NOON, words=None, status=None, part=Slice(limit=2, cursor=first.next)
        )
        third = procedures_store.procedures(
            connection, at=NOON, words=None, status=None, part=Slice(limit=2, cursor=second.next)
        )

    keys = [version.key for page in (first, second, third) for version in page.items]
    assert keys == [f"p-{number}" for number in range(5)]
    assert third.next is None
