"""Builds the engine from settings: the only place that names adapters."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta, tzinfo

from engine.bundle import Catalogue
from engine.context import AgencyCheck
from engine.dispatch import Engine
from engine.jobs.channels.folder import FolderChannel
from engine.jobs.channels.sms_gateway import SmsGateway
from engine.jobs.channels.smtp import SmtpChannel
from engine.jobs.connectors import every_connector
from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.worker import CHORES, Worker, WorkerOptions
from engine.kernel.clock import Clock, SystemClock
from engine.kernel.noticing import NoticeChannel, Noticing
from engine.kernel.seals import Seals
from engine.notices.channel import ChannelAdapter
from engine.people.sign_in.authenticator import Authenticator, RoleMapping
from engine.people.sign_in.contract import Directory, IdentityProvider
from engine.people.sign_in.key_file import KeyFile
from engine.people.sign_in.ldap import LdapDirectory, LdapGroups
from engine.people.sign_in.oidc import OidcProvider
from engine.people.sign_in.passwords import Passwords
from engine.people.sign_in.seals import KEY_BYTES, KeyedSeals
from engine.runtime import SpiffWorkflowEngine
from engine.schema import metadata
from engine.settings import Settings
from engine.storage.database import Database
from engine.storage.in_memory import in_memory


def build(settings: Settings, *, clock: Clock | None = None) -> Engine:
    """The engine on the database of the settings; it connects when it is first used."""
    store = Database.open(
        settings.database_url, pool_size=settings.database_pool, patience=settings.database_patience
    )
    return _engine(
        store,
        check_agency=every_connector(settings.private_endpoints).problems,
        seals=_seals(settings),
        clock=clock or SystemClock(),
        zone=settings.zone,
        noticing=_noticing(settings),
    )


def build_in_memory(*, clock: Clock, zone: tzinfo, noticing: Noticing | None = None) -> Engine:
    """The engine on a store that forgets everything with the process, for tests and scenarios.

    Without `noticing` nobody is told anything.
    """
    return _engine(
        in_memory(metadata),
        check_agency=every_connector(AddressRules()).problems,
        seals=_seals_of(secrets.token_bytes(KEY_BYTES)),
        clock=clock,
        zone=zone,
        noticing=noticing or Noticing(),
    )


def build_worker(settings: Settings, *, options: WorkerOptions | None = None) -> Worker:
    """A worker on an engine of its own, which whoever runs it closes; `options` instead of the settings'."""
    # Every thread may need the database at the same time, and so may the chores.
    pool = max(settings.database_pool, settings.worker_threads + CHORES)
    return Worker(
        build(replace(settings, database_pool=pool)),
        every_connector(settings.private_endpoints).deliver,
        channels=build_channels(settings),
        options=options
        or WorkerOptions(
            poll=timedelta(seconds=settings.worker_poll_seconds),
            lease=timedelta(seconds=settings.lease_seconds),
            jobs_at_once=settings.worker_threads,
            access=settings.access_rules,
        ),
    )


def build_channels(settings: Settings) -> Mapping[NoticeChannel, ChannelAdapter]:
    """The ways to tell citizens: those with a server or gateway, and the folder for the others."""
    channels: dict[NoticeChannel, ChannelAdapter] = {}
    if settings.notice_folder is not None:
        folder = FolderChannel(folder=settings.notice_folder)
        channels = {NoticeChannel.SMS: folder, NoticeChannel.EMAIL: folder}
    if settings.sms_url:
        channels[NoticeChannel.SMS] = SmsGateway(url=settings.sms_url, token=settings.sms_token)
    if settings.smtp_url is not None:
        channels[NoticeChannel.EMAIL] = SmtpChannel(
            server=settings.smtp_url, sender=settings.notice_from, ca_file=settings.smtp_ca_file
        )
    return channels


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
    return Noticing(
        channels=frozenset(build_channels(settings)),
        tracking_address=f"{settings.public_url.rstrip('/')}/track" if settings.public_url else "",
    )


def _seals(settings: Settings) -> Seals:
    """Seals with the keys of the settings, or with one that an installation on SQLite makes for itself.

    The one that it made once still opens after others were given.
    """
    given = settings.secret_keys
    if settings.key_file is None:
        return _seals_of(*given)
    file = KeyFile(settings.key_file)
    return KeyedSeals(lambda: (*given, file.key()) if file.is_there or not given else given)


def _seals_of(*keys: bytes) -> Seals:
    return KeyedSeals(lambda: keys)


def _directory(settings: Settings) -> Directory:
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


def _groups(settings: Settings) -> LdapGroups:
    return LdapGroups(
        attribute=settings.ldap_group_attribute,
        search_base=settings.ldap_group_base,
        group_filter=settings.ldap_group_filter,
    )


def _provider(settings: Settings) -> IdentityProvider:
    return OidcProvider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        username_claim=settings.oidc_username_claim,
        ca_file=settings.oidc_ca_file,
        groups_claim=settings.oidc_groups_claim if settings.group_rule else "",
        scopes=settings.oidc_scopes,
    )


def _engine(
    store: Database,
    *,
    check_agency: AgencyCheck,
    seals: Seals,
    clock: Clock,
    zone: tzinfo,
    noticing: Noticing,
) -> Engine:
    return Engine(
        store=store,
        workflow=SpiffWorkflowEngine(),
        catalogue=Catalogue(clock, zone=zone),
        check_agency=check_agency,
        seals=seals,
        clock=clock,
        zone=zone,
        noticing=noticing,
    )
