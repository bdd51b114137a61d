"""A real directory for tests: OpenLDAP's slapd with people and groups in it, as a process of its own."""

import base64
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.network import free_port
from tests.certificates import certify

SLAPD = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin:/usr/libexec")
BASE = "dc=kep,dc=example"
READER, READER_PASSWORD = f"cn=reader,{BASE}", "may look people up"
MARIAS_PASSWORD = "περιστέρι στο παράθυρο"
MARIAS_NAME = "Μαρία Παπαδοπούλου"
_MODULES = (Path("/usr/lib/ldap"), Path("/usr/lib64/openldap"), Path("/usr/lib/openldap"))
_SCHEMA = (Path("/etc/ldap/schema"), Path("/etc/openldap/schema"))

_CONFIGURATION = """
include {schema}/core.schema
include {schema}/cosine.schema
include {schema}/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath {modules}
moduleload back_mdb
moduleload memberof
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
security simple_bind=64
sizelimit 10
database mdb
suffix "{base}"
directory {folder}/data
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by * none
"""

_PEOPLE = """
dn: {base}
objectClass: dcObject
objectClass: organization
o: KEP

dn: cn=reader,{base}
objectClass: organizationalRole
objectClass: simpleSecurityObject
userPassword: {reader_password}

dn: ou=people,{base}
objectClass: organizationalUnit

dn: uid=maria,ou=people,{base}
objectClass: inetOrgPerson
cn: Maria
sn: Papadopoulou
displayName:: {display_name}
userPassword: {password}
memberOf: cn=stoa-0301-clerk,ou=groups,{base}
memberOf: cn=stoa-agency-municipality,ou=groups,{base}
memberOf: cn=vpn\\, users,ou=groups,{base}

dn: uid=nobody-here,ou=people,{base}
objectClass: inetOrgPerson
cn: Nobody
sn: Here
userPassword: {password}

dn: uid=twice,ou=people,{base}
objectClass: inetOrgPerson
cn: One
sn: Twice
userPassword: {password}

dn: ou=other,{base}
objectClass: organizationalUnit

dn: uid=twice,ou=other,{base}
objectClass: inetOrgPerson
cn: Two
sn: Twice
userPassword: {password}

dn: ou=elsewhere,{base}
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://localhost:1/ou=people,{base}

dn: ou=groups,{base}
objectClass: organizationalUnit

dn: cn=stoa-0301-clerk,ou=groups,{base}
objectClass: groupOfNames
cn: stoa-0301-clerk
member: uid=maria,ou=people,{base}

dn: cn=stoa-agency-municipality,ou=groups,{base}
objectClass: groupOfNames
cn: stoa-agency-municipality
member: uid=maria,ou=people,{base}
member: uid=nobody-here,ou=people,{base}

dn: cn=vpn\\, users,ou=groups,{base}
objectClass: groupOfNames
cn: vpn, users
member: uid=maria,ou=people,{base}
"""


@dataclass(frozen=True, kw_only=True)
class RunningDirectory:
    """The directory at its addresses, and who vouches for its certificate."""

    url: str
    tls_url: str
    ca_file: Path


@contextmanager
def running_directory(folder: Path) -> Iterator[RunningDirectory]:
    """A slapd with Maria and others in it, on free ports of this machine."""
    assert SLAPD is not None
    certificate, _ = certify(folder, "localhost")
    _fill(folder)
    port, tls_port = free_port(), free_port()
    found = RunningDirectory(
        url=f"ldap://localhost:{port}", tls_url=f"ldaps://localhost:{tls_port}", ca_file=certificate
    )
    command = [SLAPD, "-f", str(folder / "slapd.conf"), "-h", f"{found.url}/ {found.tls_url}/", "-d", "0"]
    with (folder / "slapd.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for(port, process, folder / "slapd.log")
        yield found
    finally:
        process.terminate()
        process.wait(10)


def _fill(folder: Path) -> None:
    (folder / "data").mkdir()
    modules = next(path for path in _MODULES if path.exists())
    schema = next(path for path in _SCHEMA if path.exists())
    configuration = _CONFIGURATION.format(
        folder=folder, modules=modules, schema=schema, base=BASE, reader=READER
    )
    (folder / "slapd.conf").write_text(configuration)
    people = _PEOPLE.format(
        base=BASE,
        password=MARIAS_PASSWORD,
        reader_password=READER_PASSWORD,
        display_name=base64.b64encode(MARIAS_NAME.encode()).decode(),
    )
    (folder / "people.ldif").write_text(people.strip() + "\n")
    assert SLAPD is not None
    subprocess.run(
        [SLAPD, "-T", "add", "-f", str(folder / "slapd.conf"), "-l", str(folder / "people.ldif")],
        check=True,
        capture_output=True,
    )


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"slapd did not listen: {log.read_text()}")
