"""The program that makes one copy for the screen: a paper on standard input, its copy on standard output.

It holds itself to limits before it reads anything, so that a file that explodes ends this process and nothing
else. `python -I -m engine.jobs.viewing.copying application/pdf` ends with `SHOWN`, `LOCKED` or anything else,
which means that there is no copy.
"""

import resource
import sys
import warnings
from collections.abc import Sequence
from typing import BinaryIO

SHOWN, LOCKED, UNREADABLE = 0, 3, 4
"""How the program ends."""
MOST_SECONDS = 20
"""Of the processor."""
MOST_MEMORY = 700_000_000
"""Bytes of address space."""
MOST_BYTES = 50_000_000
"""Of the copy."""
MOST_PIXELS = 80_000_000
"""A sheet of A3 at 600 dots per inch has 70 million."""
_PDF = "application/pdf"
_QUALITY = 90


def program(media_type: str) -> Sequence[str]:
    """What starts it for a paper of that kind: apart from the folder and the environment that start it."""
    return (sys.executable, "-I", "-m", "engine.jobs.viewing.copying", media_type)


def main(media_type: str, source: BinaryIO, target: BinaryIO) -> int:
    """How the program ends; the copy is complete with `SHOWN` only."""
    _hold_to_limits()
    # What they import is read within the limits, too.
    from pikepdf import PasswordError

    from engine.jobs.viewing.pdf import write_still_pdf

    try:
        if media_type == _PDF:
            write_still_pdf(source, target)
        else:
            _write_still_image(source, target)
        target.flush()
    except PasswordError:
        return LOCKED
    except Exception:  # noqa: BLE001 - whatever is wrong with the file, there is no copy of it
        return UNREADABLE
    return SHOWN


def _write_still_image(source: BinaryIO, target: BinaryIO) -> None:
    """Write the picture anew, upright, with its colours and transparency, and without anything else in it."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(source, formats=("JPEG", "PNG", "WEBP")) as image:
        kind = image.format
        upright = ImageOps.exif_transpose(image)
        is_turned = image.getexif().get(_ORIENTATION, 1) != 1
        shown = upright if is_turned else image
        shown.info = {name: shown.info[name] for name in _KEPT if name in shown.info}
        quality = "keep" if kind == "JPEG" and not is_turned else _QUALITY
        shown.save(target, format=kind, quality=quality)


_KEPT = ("icc_profile", "transparency")
_ORIENTATION = 0x0112
"""The tag of Exif that says how a picture is turned."""


def _hold_to_limits() -> None:
    limits = {
        resource.RLIMIT_CPU: MOST_SECONDS,
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_FSIZE: MOST_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer))
