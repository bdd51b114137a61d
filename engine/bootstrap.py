"""Builds the engine from settings: the only place that names adapters.

Each is loaded where it is built: a server does not hold what its settings do not ask for, nor the worker's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING

from engine.anchors.model import AnchorPlace
from engine.assembly import agency_check, assemble, assemble_in_memory
from engine.bundle.contract import Files
from engine.bundle.evidence import Evidence, EvidenceOf
from engine.dispatch import Engine
from engine.jobs.anchor_places.file import AnchorFile
from engine.jobs.channels.folder import FolderChannel
from engine.jobs.channels.smtp import MailServer, SmtpChannel
from engine.jobs.clamd import Clamd
from engine.kernel.clock import Clock, SystemClock
from engine.kernel.noticing import NoticeChannel, Noticing
from engine.notices.channel import ChannelAdapter
from engine.payments.paravolo import Paravolo
from engine.people.sign_in.authenticator import Authenticator, RoleMapping
from engine.people.sign_in.contract import Directory, IdentityProvider
from engine.people.sign_in.passwords import Passwords
from engine.sealing.keyring import KeyFile, Keyring
from engine.sealing.seals import Seals
from engine.settings import Settings
from engine.storage.database import Database

if TYPE_CHECKING:
    from engine.jobs.anchor_places.time_stamp import TimeStampAuthority
    from engine.jobs.worker import Worker, WorkerOptions
    from engine.people.sign_in.ldap import LdapGroups
    from engine.rehearsal.gate import Gate


def build(settings: Settings, *, clock: Clock | None = None) -> Engine:
    """The engine on the database of the settings; it connects when it is first used."""
    store = Database.open(
        settings.database_url, pool_size=settings.database_pool, patience=settings.database_patience
    )
    return assemble(
        store,
        check_agency=agency_check(settings.private_endpoints),
        seals=_seals(settings),
        clock=clock or SystemClock(),
        zone=settings.zone,
        noticing=_noticing(settings),
        evidence_of=_evidence_of(),
        scans=settings.clamav is not None,
        asks_paravolo=bool(settings.paravolo_url),
        procedures_kept=settings.procedures_kept,
        first_settings=settings.first_of_officials,
    )


def build_in_memory(*, clock: Clock, zone: tzinfo, noticing: Noticing | None = None) -> Engine:
    """The engine on a store that forgets everything with the process, for tests and scenarios.

    Without `noticing` nobody is told anything.
    """
    return assemble_in_memory(clock=clock, zone=zone, noticing=noticing, evidence_of=_evidence_of())


def build_worker(settings: Settings, *, options: "WorkerOptions | None" = None) -> "Worker":
    """A worker on an engine of its own, which whoever runs it closes; `options` instead of the settings'."""
    from engine.jobs.connectors import every_connector
    from engine.jobs.worker import CHORES, Worker, WorkerOptions

    # Every thread may need the database at the same time, and so may the chores.
    pool = max(settings.database_pool, settings.worker_threads + CHORES)
    return Worker(
        build(replace(settings, database_pool=pool)),
        every_connector(settings.private_endpoints).deliver,
        channels=build_channels(settings),
        scan=Clamd(address=settings.clamav).scan if settings.clamav else None,
        paravolo=build_paravolo(settings),
        anchor_places=build_anchor_places(settings),
        options=options
        or WorkerOptions(
            poll=timedelta(seconds=settings.worker_poll_seconds),
            lease=timedelta(seconds=settings.lease_seconds),
            jobs_at_once=settings.worker_threads,
            anchors=timedelta(minutes=settings.anchor_minutes),
        ),
    )


def build_channels(settings: Settings) -> Mapping[NoticeChannel, ChannelAdapter]:
    """The ways to tell citizens: those with a server or gateway, and the folder for the others."""
    channels: dict[NoticeChannel, ChannelAdapter] = {}
    if settings.notice_folder is not None:
        folder = FolderChannel(folder=settings.notice_folder)
        channels = {NoticeChannel.SMS: folder, NoticeChannel.EMAIL: folder}
    if settings.sms_url:
        from engine.jobs.channels.sms_gateway import SmsGateway

        channels[NoticeChannel.SMS] = SmsGateway(url=settings.sms_url, token=settings.sms_token)
    if settings.smtp_url is not None:
        channels[NoticeChannel.EMAIL] = _mail(settings, settings.smtp_url)
    return channels


def build_paravolo(settings: Settings) -> Paravolo | None:
    """e-Paravolo; None where fees are paid at the counter only."""
    if not settings.paravolo_url:
        return None
    from engine.jobs.paravolo_soap import SoapParavolo

    return SoapParavolo(
        url=settings.paravolo_url,
        user=settings.paravolo_user,
        password=settings.paravolo_password,
        organisation=settings.paravolo_organisation,
    )


def build_anchor_file(settings: Settings) -> AnchorFile | None:
    """The file to which anchors are appended; None if there is none."""
    return AnchorFile(settings.anchor_file) if settings.anchor_file else None


def build_time_stamp_authority(settings: Settings) -> "TimeStampAuthority | None":
    """Who stamps anchors; None if nobody does."""
    if not settings.time_stamp_url or settings.time_stamp_ca_file is None:
        return None
    from engine.jobs.anchor_places.time_stamp import TimeStampAuthority

    return TimeStampAuthority(url=settings.time_stamp_url, ca_file=settings.time_stamp_ca_file)


def build_anchor_places(settings: Settings) -> Sequence[AnchorPlace]:
    """The places outside of the database that are given every anchor."""
    places: list[AnchorPlace | None] = [build_anchor_file(settings), build_time_stamp_authority(settings)]
    if settings.anchor_mailbox and settings.smtp_url is not None:
        from engine.jobs.anchor_places.mailbox import Mailbox

        places.append(Mailbox(address=settings.anchor_mailbox, channel=_mail(settings, settings.smtp_url)))
    return [place for place in places if place is not None]


def _mail(settings: Settings, server: MailServer) -> SmtpChannel:
    return SmtpChannel(server=server, sender=settings.notice_from, ca_file=settings.smtp_ca_file)


def build_authenticator(settings: Settings) -> Authenticator:
    """The ways to sign in that the settings open: passwords here always, others where they are named."""
    return Authenticator(
        passwords=Passwords(),
        directory=_directory(settings) if settings.ldap_url else None,
        provider=_provider(settings) if settings.oidc_issuer else None,
        role_mapping=RoleMapping(
            rule=settings.group_rule, alone=settings.groups_alone, registers=settings.register_people
        ),
    )


def _noticing(settings: Settings) -> Noticing:
    home = settings.public_url.rstrip("/")
    return Noticing(
        channels=frozenset(build_channels(settings)),
        tracking_address=f"{home}/track" if home else "",
        appointment_address=f"{home}/appointment" if home else "",
        signing_address=f"{home}/sign" if home else "",
        invitation_address=f"{home}/invitation" if home else "",
    )


def _evidence_of() -> EvidenceOf:
    """The gate to submit; what checks and plays is loaded when somebody first submits."""

    @cache
    def gate() -> "Gate":
        from engine.rehearsal.gate import Gate

        return Gate()

    def evidence_of(files: Files) -> Evidence:
        return gate().evidence_of(files)

    return evidence_of


def _seals(settings: Settings) -> Seals:
    """Seals with the keys of the settings, or one that an installation on SQLite makes for itself.

    The one that it made once still opens after others were given.
    """
    file = KeyFile(settings.key_file) if settings.key_file else None
    return Seals(Keyring(settings.secret_keys, file=file))


def _directory(settings: Settings) -> Directory:
    from engine.people.sign_in.ldap import LdapDirectory

    return LdapDirectory(
        url=settings.ldap_url,
        search_base=settings.ldap_search_base,
        person_filter=settings.ldap_person_filter,
        bind_name=settings.ldap_bind_name,
        bind_password=settings.ldap_bind_password,
        ca_file=settings.ldap_ca_file,
        name_attribute=settings.ldap_name_attribute,
        groups=_groups(settings) if settings.group_rule else None,
    )


def _groups(settings: Settings) -> "LdapGroups":
    from engine.people.sign_in.ldap import LdapGroups

    return LdapGroups(
        attribute=settings.ldap_group_attribute,
        search_base=settings.ldap_group_base,
        group_filter=settings.ldap_group_filter,
    )


def _provider(settings: Settings) -> IdentityProvider:
    from engine.people.sign_in.oidc import OidcProvider

    return OidcProvider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        username_claim=settings.oidc_username_claim,
        ca_file=settings.oidc_ca_file,
        groups_claim=settings.oidc_groups_claim if settings.group_rule else "",
        scopes=settings.oidc_scopes,
    )
