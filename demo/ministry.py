"""The ministry of the demonstration, and a municipality that applies to it; harmless twice."""

from demo.people import EXAMINING_BRANCH, OFFICIALS, ORGANISATIONS, SampleOrganisation, SampleUser
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.kernel.clock import identifier_at
from engine.kernel.office_settings import SettingKey
from engine.office_settings.change import ProposeSetting
from engine.organisation import version_store
from engine.organisation.changes import EnterOrganisation
from engine.organisation.organisation import BEGINNING, Particulars
from engine.people import post_store
from engine.people import store as people_store
from engine.people.model import User
from engine.people.posts import GivePost
from engine.people.users import SaveUser


def seed_ministry(engine: Engine) -> None:
    """Enter the organisations and the people in them, and let the ministry's office examine applications."""
    for organisation in ORGANISATIONS:
        _enter(engine, organisation)
    for official in OFFICIALS:
        _engage(engine, official)
    key, now = SettingKey.APPLICATIONS_BRANCH, engine.clock.now()
    if engine.decided().holding(key, now) is None:
        command = ProposeSetting(key=key, value=EXAMINING_BRANCH, reason="Επίδειξη")
        engine.carry_out(command, actor=SYSTEM)


def _enter(engine: Engine, sample: SampleOrganisation) -> None:
    with engine.store.reading() as connection:
        known = version_store.identity_coded(connection, sample.code)
        above = version_store.identity_coded(connection, sample.above) if sample.above else None
    if known is not None:
        return
    command = EnterOrganisation(
        id=identifier_at(engine.clock.now()),
        kind=sample.kind,
        code=sample.code,
        particulars=Particulars(
            name=sample.name, name_en=sample.name_en, parent_id=above.id if above else None
        ),
        from_day=BEGINNING,
        reason="Επίδειξη",
    )
    engine.carry_out(command, actor=SYSTEM)


def _engage(engine: Engine, sample: SampleUser) -> None:
    with engine.store.reading() as connection:
        known = people_store.user_named(connection, sample.username)
        place = version_store.identity_coded(connection, sample.organisation)
        posts = post_store.posts_of(connection, known.id) if known else ()
    new_id = known.id if known else identifier_at(engine.clock.now())
    user = User(id=new_id, username=sample.username, display_name=sample.display_name)
    engine.carry_out(SaveUser(user=user), actor=SYSTEM)
    if place is not None and any(post.organisation_id == place.id for post in posts):
        return
    command = GivePost(username=sample.username, organisation=sample.organisation, role=sample.role)
    engine.carry_out(command, actor=SYSTEM)
