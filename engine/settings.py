"""Settings: the environment read once, checked and frozen; a bad value stops the start and is named.

`python -m engine.settings` prints docs/settings.md.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine import setting_texts as texts
from engine.jobs.channels.smtp import MailServer
from engine.jobs.clamd import read_address
from engine.jobs.connectors.address_rules import AddressRules
from engine.kernel.actor import Role
from engine.kernel.office_settings import SettingKey, SettingValue
from engine.people.role_mapping import GroupRule
from engine.people.sign_in.group_file import GroupFile, read_group_file
from engine.storage.connecting import Patience

PREFIX = "STOA_"


_NEEDED_TOGETHER = (
    ("ldap_url", "ldap_search_base"),
    ("ldap_bind_name", "ldap_bind_password"),
    ("oidc_issuer", "oidc_client_id"),
    ("oidc_issuer", "oidc_client_secret"),
    ("smtp_url", "notice_from"),
    ("sms_url", "sms_token"),
    ("anchor_mailbox", "smtp_url"),
    ("time_stamp_url", "time_stamp_ca_file"),
    ("paravolo_url", "paravolo_user"),
    ("paravolo_url", "paravolo_password"),
    ("paravolo_url", "paravolo_organisation"),
)
"""Who sets the first has to set the second."""


class SettingsRefused(Exception):
    """Some variables have values that cannot be used; `problems` has a sentence for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _setting(default: str, read: Callable[[str], Any], means: str, *, is_secret: bool = False) -> Any:
    """A field that is read by `read`, which raises `ValueError` with what it expected.

    The value that was found is named too, unless the setting `is_secret`.
    """
    return dataclass_field(
        metadata={"default": default, "read": read, "means": means, "is_secret": is_secret},
        repr=not is_secret,
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    database_url: str = _setting(
        "sqlite:///var/stoa.db",
        texts.database_url,
        "Where everything is kept: SQLite or PostgreSQL.",
    )
    database_pool: int = _setting(
        "10", texts.whole(1, 200), "Connections to PostgreSQL that one process keeps."
    )
    database_connect_seconds: int = _setting(
        "5", texts.whole(2, 60), "How long a new connection to PostgreSQL may take."
    )
    database_lock_seconds: float = _setting(
        "10", texts.seconds(0.1, 300), "How long a request waits for a lock or a free connection."
    )
    database_statement_seconds: float = _setting(
        "20",
        texts.seconds(0.1, 300),
        "How long a statement may take in PostgreSQL. A server that is still silent two seconds later is "
        "given up.",
    )
    zone: ZoneInfo = _setting("Europe/Athens", texts.zone, "The time zone in which legal dates are counted.")
    procedures: Path = _setting(
        "processes", Path, "The folder of procedures that `stoa deploy` and `stoa test` read."
    )
    forms: Path = _setting("forms", Path, "The folder of their forms.")
    host: str = _setting("127.0.0.1", str, "The address on which `stoa serve` listens.")
    port: int = _setting("8080", texts.whole(1, 65535), "The port on which `stoa serve` listens.")
    public_url: str = _setting(
        "",
        str,
        "How the API is reached from outside, for links; empty means as it was asked. Passkeys need it: an "
        "https address with a host name, or `http://localhost` with a port.",
    )
    max_json_bytes: int = _setting(
        "1000000", texts.whole(1000, 100_000_000), "The largest JSON body that is taken."
    )
    max_upload_bytes: int = _setting(
        "10000000", texts.whole(1000, 1_000_000_000), "The largest uploaded procedure."
    )
    procedures_kept: int = _setting(
        "128",
        texts.whole(1, 100_000),
        "Versions of procedures that one process keeps read, about 0.3 MB each: those used last. Another is "
        "read from the database when it is used, in some hundredths of a second.",
    )
    spool_bytes: int = _setting(
        "500000000",
        texts.whole(1_000_000, 1_000_000_000_000),
        "The bytes of bodies that a process takes at the same time; what is more is answered with 503. Large "
        "ones wait in nameless files in `TMPDIR`, which is to be a disk with room for three times as much.",
    )
    idle_seconds: float = _setting(
        "15",
        texts.seconds(0.5, 300),
        "How long a connection may be open without a whole head of a request, at its beginning or between "
        "two requests.",
    )
    transfer_seconds: float = _setting(
        "30",
        texts.seconds(0.5, 300),
        "How long a client may take to send a body or to read an answer, besides a second for each "
        "`STOA_TRANSFER_BYTES` that it has moved.",
    )
    transfer_bytes: int = _setting(
        "10000",
        texts.whole(100, 100_000_000),
        "Bytes that a client must move in a second, once that time is over.",
    )
    idle_connections: int = _setting(
        "4000",
        texts.whole(10, 50_000),
        "Connections without a request that one process keeps open. One more closes the one that has waited "
        "longest.",
    )
    stop_seconds: int = _setting(
        "30",
        texts.whole(1, 600),
        "How long `stoa serve` takes at most to stop: requests that have begun are finished. Clients that "
        "still send or read have half of it.",
    )
    rate_limit: int = _setting("600", texts.whole(1, 1_000_000), "Requests a minute for one token.")
    public_rate_limit: int = _setting(
        "30", texts.whole(1, 100_000), "Requests a minute for one address without a token."
    )
    shared_folder: Path | None = _setting(
        "",
        texts.folder,
        "A folder on this machine in which the processes of one API count the requests of tokens together; "
        "`stoa serve` makes one. Empty means that each process counts by itself.",
    )
    trusted_proxies: int = _setting(
        "0", texts.whole(0, 5), "How many proxies stand before the API and set X-Forwarded-For."
    )
    metrics_token: str = _setting(
        "", str, "The bearer token for /metrics; empty opens it to the loopback address only.", is_secret=True
    )
    worker_poll_seconds: float = _setting(
        "0.5", texts.seconds(0.05, 60), "How often a worker looks for work."
    )
    worker_threads: int = _setting("16", texts.whole(1, 200), "How many agencies a worker calls at once.")
    lease_seconds: float = _setting(
        "120",
        texts.seconds(30, 3600),
        "How long a worker may take over one job before another worker takes it.",
    )
    private_endpoints: AddressRules = _setting(
        "",
        texts.private_endpoints,
        "Places that are not public where agencies may be: `127.0.0.1:9000`, `10.1.0.0/16`.",
    )
    log_format: str = _setting("json", texts.one_of("json", "text"), "How logs are written.")
    log_level: str = _setting(
        "info", texts.one_of("debug", "info", "warning", "error"), "Which events are logged."
    )
    secret_keys: tuple[bytes, ...] = _setting(
        "",
        texts.secret_keys,
        "Keys that secrets and files are sealed with (docs/keys.md), each of 32 bytes in base64 "
        "(`openssl rand -base64 32`), separated by commas: the first seals, all of them open. The journal's "
        "keys come from them. Empty means on SQLite one of its own, in a file beside the database; on "
        "PostgreSQL that all is kept in the clear, that hashes of the journal have no key, and nobody can "
        "set up a second factor.",
        is_secret=True,
    )
    clamav: str | tuple[str, int] | None = _setting(
        "",
        lambda text: read_address(text) if text else None,
        "The virus scanner (clamd of ClamAV) that looks at files before anybody may read them: `host:port`, "
        "or the path of its socket. Empty means that files are given out unseen.",
    )
    second_factor_roles: frozenset[Role] = _setting(
        "",
        texts.roles,
        "Roles, separated by commas, in which people need a second factor: `operator,auditor`. Who has none "
        "sets one up before anything else opens. Not for whom an identity provider vouches, which asks for "
        "its own, and not for access tokens.",
    )
    https_only: bool = _setting("no", texts.yes_or_no, "Whether browsers are told to use https alone (HSTS).")
    session_idle_minutes: int = _setting(
        "60", texts.whole(1, 1440), "How long a browser stays signed in without a request."
    )
    session_hours: int = _setting("12", texts.whole(1, 168), "How long a browser stays signed in at most.")
    ldap_url: str = _setting(
        "",
        texts.ldap_url,
        "A directory that checks passwords, `ldaps://host` or `ldap://host` (with StartTLS).",
    )
    ldap_search_base: str = _setting("", str, "Below which entry of the directory people are looked for.")
    ldap_person_filter: str = _setting(
        "(uid={username})", texts.person_filter, "How a person is found there by their user name here."
    )
    ldap_bind_name: str = _setting("", str, "The entry that may search; empty if anybody may.")
    ldap_bind_password: str = _setting("", str, "Its password.", is_secret=True)
    ldap_ca_file: str = _setting("", str, "Who vouches for the directory (PEM); empty for the usual ones.")
    ldap_name_attribute: str = _setting("cn", str, "The attribute that is what colleagues call a person.")
    ldap_group_attribute: str = _setting(
        "memberOf", str, "The attribute of a person that names their groups, unless they are searched for."
    )
    ldap_group_filter: str = _setting(
        "", texts.group_filter, "How a person's groups are searched for instead, such as `(member={dn})`."
    )
    ldap_group_base: str = _setting("", str, "Below which entry; empty for the one below which people are.")
    oidc_issuer: str = _setting(
        "", texts.https_url, "An identity provider (OpenID Connect) at which people may sign in: its issuer."
    )
    oidc_client_id: str = _setting("", str, "As what the provider knows us.")
    oidc_client_secret: str = _setting("", str, "The secret that it gave us.", is_secret=True)
    oidc_username_claim: str = _setting(
        "preferred_username", str, "The claim that is a person's user name here when they come first."
    )
    oidc_scopes: str = _setting("openid profile", str, "What the provider is asked to tell of a person.")
    oidc_groups_claim: str = _setting(
        "groups", str, "The claim with a person's groups or roles, or a path to it: `realm_access.roles`."
    )
    oidc_ca_file: str = _setting("", str, "Who vouches for the provider (PEM); empty for the usual ones.")

    group_patterns: tuple[re.Pattern[str], ...] = _setting(
        "",
        texts.group_patterns,
        "What groups of a directory or provider are called that give somebody a role in a branch, or let "
        "them work for an agency: `stoa-{branch}-{role},stoa-agency-{agency}`. Empty means that groups "
        "decide nothing.",
    )
    group_file: GroupFile = _setting(
        "",
        read_group_file,
        "A file (TOML) with further names of roles, and groups that no pattern describes.",
    )
    groups_alone: bool = _setting(
        "no", texts.yes_or_no, "Whether groups take away at sign-in what an operator has given by hand."
    )
    register_people: bool = _setting(
        "no",
        texts.yes_or_no,
        "Whether somebody unknown whom a group places is registered at their first sign-in.",
    )

    access_alert_cases: int = _setting(
        "60",
        texts.whole(1, 100_000),
        "More different cases than this that somebody reads in an hour are an alert.",
    )
    access_alert_people: int = _setting(
        "5000",
        texts.whole(1, 10_000_000),
        "More people than this that somebody is shown in lists within an hour are an alert.",
    )
    access_kept_years: int = _setting(
        "5", texts.whole(1, 30), "For how many years it stays on record who read what."
    )
    exceptional_access_hours: int = _setting(
        "8", texts.whole(1, 72), "How long a case stays open to somebody who gave a reason for reading it."
    )

    notice_from: str = _setting(
        "", texts.mail_address, "The address from which citizens get e-mail about their case."
    )
    smtp_url: MailServer | None = _setting(
        "",
        texts.mail_server,
        "The mail server that sends it: `smtps://user:password@host:465`, or `smtp://host:587` (with "
        "STARTTLS).",
        is_secret=True,
    )
    smtp_ca_file: str = _setting("", str, "Who vouches for the mail server (PEM); empty for the usual ones.")
    sms_url: str = _setting(
        "",
        texts.https_url,
        "The gateway that sends SMS: it gets `{id, to, text}` as JSON.",
    )
    sms_token: str = _setting("", str, "The bearer token that the gateway asks for.", is_secret=True)
    notice_folder: Path | None = _setting(
        "",
        texts.folder,
        "A folder that gets, as files, the messages for which there is no server or gateway. Without any of "
        "these nobody is told anything, and nobody is asked whether they agree to it.",
    )

    anchor_minutes: int = _setting(
        "10",
        texts.whole(1, 1440),
        "How often a worker anchors the journals that have grown, and hands the anchor to the places below. "
        "What an insider changes within that time leaves no trace outside of the database.",
    )
    anchor_file: Path | None = _setting(
        "",
        texts.folder,
        "A file, best on another machine, to which every anchor is appended with its leaves.",
    )
    anchor_mailbox: str = _setting(
        "", texts.mail_address, "A mailbox that gets every anchor, sent like other e-mail."
    )
    time_stamp_url: str = _setting(
        "", texts.web_url, "A time-stamp authority (RFC 3161) that stamps every anchor."
    )
    time_stamp_ca_file: Path | None = _setting(
        "", texts.folder, "Who vouches for the time-stamp authority (PEM)."
    )

    paravolo_url: str = _setting(
        "",
        texts.https_url,
        "The SOAP endpoint of e-Paravolo. Without it fees are paid at the counter only.",
    )
    paravolo_user: str = _setting("", str, "The user name that e-Paravolo gave the organisation.")
    paravolo_password: str = _setting("", str, "The password of that user.", is_secret=True)
    paravolo_organisation: str = _setting(
        "", str, "The code under which e-Paravolo knows the organisation that binds what is paid."
    )

    @property
    def database_patience(self) -> Patience:
        return Patience(
            connect=self.database_connect_seconds,
            lock=self.database_lock_seconds,
            statement=self.database_statement_seconds,
        )

    @property
    def group_rule(self) -> GroupRule | None:
        """How groups become roles in branches and agencies; None if they decide nothing."""
        if not self.group_patterns and not self.group_file.groups:
            return None
        return GroupRule(
            patterns=self.group_patterns, roles=self.group_file.roles, exceptions=self.group_file.groups
        )

    @property
    def first_of_officials(self) -> Mapping[SettingKey, SettingValue]:
        """What holds of the settings of officials until they decide."""
        return {
            SettingKey.SESSION_IDLE_MINUTES: self.session_idle_minutes,
            SettingKey.SESSION_HOURS: self.session_hours,
            SettingKey.ACCESS_ALERT_CASES: self.access_alert_cases,
            SettingKey.ACCESS_ALERT_PEOPLE: self.access_alert_people,
            SettingKey.ACCESS_KEPT_YEARS: self.access_kept_years,
            SettingKey.EXCEPTIONAL_ACCESS_HOURS: self.exceptional_access_hours,
        }

    @property
    def key_file(self) -> Path | None:
        """Where an installation on SQLite keeps a key of its own: beside the database; None on PostgreSQL."""
        if not self.uses_sqlite:
            return None
        return Path(self.database_url.removeprefix("sqlite:///").partition("?")[0]).with_suffix(".key")

    @property
    def uses_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


TOKEN = PREFIX + "TOKEN"
"""The variable with the token of whoever acts at the command line; no setting of the installation."""


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment.

    `SettingsRefused` names every variable that cannot be used, unknown ones too.
    """
    known = {variable_of(item.name): item for item in fields(Settings)}
    foreign = {PREFIX + "CORPORA", PREFIX + "TEST_DATABASE_URL", TOKEN}
    given = {
        name for name in environment if name.startswith(PREFIX) and not name.startswith(PREFIX + "DEMO_")
    }
    problems = [f"{name} is no setting of Stoa." for name in sorted(given - known.keys() - foreign)]
    values: dict[str, Any] = {}
    for name, item in known.items():
        text = environment.get(name) or item.metadata["default"]
        try:
            values[item.name] = item.metadata["read"](text)
        except ValueError as refused:
            found = "something else" if item.metadata["is_secret"] else repr(text)
            problems.append(f"{name}: expected {refused}, found {found}.")
    problems += [
        f"{variable_of(needed)}: expected a value, as {variable_of(wanted)} has one."
        for wanted, needed in _NEEDED_TOGETHER
        if values.get(wanted) and not values.get(needed)
    ]
    if problems:
        raise SettingsRefused(tuple(problems))
    return Settings(**values)


def variable_of(name: str) -> str:
    return PREFIX + name.upper()


def reference() -> str:
    lines = ["# Settings", "", "Read from the environment when a process starts.", ""]
    lines += ["| variable | default | meaning |", "|---|---|---|"]
    for item in fields(Settings):
        default = f"`{item.metadata['default']}`" if item.metadata["default"] else "(empty)"
        lines.append(f"| `{variable_of(item.name)}` | {default} | {item.metadata['means']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(reference())
