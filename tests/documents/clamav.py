"""A real virus scanner for tests: ClamAV's clamd with one signature of ours, as a process of its own."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
HARMFUL = b"stoa-test-of-something-harmful"
"""What the signature finds."""
MOST_BYTES = 2_000_000
"""What the scanner takes at most."""

_CONFIGURATION = """
Foreground yes
DatabaseDirectory {folder}/signatures
TCPSocket {port}
TCPAddr 127.0.0.1
StreamMaxLength {most}
TemporaryDirectory {folder}
LogFile {folder}/clamd.log
"""


@contextmanager
def running_clamd(folder: Path) -> Iterator[str]:
    """The address of a scanner, `host:port`, within the block."""
    assert CLAMD is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "signatures").mkdir()
    (folder / "signatures" / "stoa.ndb").write_text(f"Stoa.Test:0:*:{HARMFUL.hex()}\n")
    configuration = folder / "clamd.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, most=MOST_BYTES))
    process = subprocess.Popen(
        [CLAMD, "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process, folder / "clamd.log")
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"clamd does not answer: {log.read_text() if log.exists() else 'no log'}")
