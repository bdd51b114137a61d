"""The components that the lock files name, each with its version, digests and licence."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from packageurl import PackageURL
from packaging.utils import canonicalize_name
from pip_requirements_parser import RequirementsFile

from supply_chain.licences import stated_in_lock_file, stated_in_metadata

ROOT = Path(__file__).parent.parent
RUN = ROOT / "requirements" / "run.txt"
DEV = ROOT / "requirements" / "dev.txt"
PACKAGE_LOCK = ROOT / "package-lock.json"


@dataclass(frozen=True, kw_only=True)
class Component:
    """One locked package; `is_shipped` tells whether it is part of what an office runs or a browser gets.

    `digests` are pairs of an algorithm as CycloneDX calls it and hexadecimal digits: all files of a Python
    package that may be installed, the archive of one for browsers. `licence` is an SPDX expression, empty
    where nothing says it. `is_needed_here` is false for what another platform alone installs.
    """

    name: str
    version: str
    ecosystem: str
    digests: tuple[tuple[str, str], ...]
    licence: str
    is_shipped: bool
    is_needed_here: bool = True

    @property
    def purl(self) -> PackageURL:
        """How the component is called everywhere (package URL)."""
        group, _, name = self.name.rpartition("/")
        return PackageURL(type=self.ecosystem, namespace=group or None, name=name, version=self.version)


def locked_components() -> list[Component]:
    """Everything that the lock files name: Python's by name, then those for browsers by name.

    It reads the licences of Python packages from what is installed, so `make setup` comes first.
    """
    return [*sorted(_of_python(), key=_by_name), *sorted(_of_browsers(), key=_by_name)]


def _by_name(component: Component) -> str:
    return component.name


def _of_python() -> Iterator[Component]:
    shipped = {canonicalize_name(one.name) for one in RequirementsFile.from_file(str(RUN)).requirements}
    for one in RequirementsFile.from_file(str(DEV)).requirements:
        name = canonicalize_name(one.name)
        digests = (option.removeprefix("--hash=").partition(":")[::2] for option in one.hash_options)
        stated = _installed_metadata(name)
        yield Component(
            name=name,
            version=str(one.get_pinned_version),
            ecosystem="pypi",
            digests=tuple((algorithm.replace("sha", "SHA-"), value) for algorithm, value in digests),
            licence=stated_in_metadata(name, stated) if stated else "",
            is_shipped=name in shipped,
            is_needed_here=one.marker is None or one.marker.evaluate(),
        )


def _installed_metadata(name: str) -> PackageMetadata | None:
    """What the installed package says of itself; None for one that this platform does without."""
    try:
        return metadata(name)
    except PackageNotFoundError:
        return None


def _of_browsers() -> Iterator[Component]:
    packages: dict[str, dict[str, Any]] = json.loads(PACKAGE_LOCK.read_text())["packages"]
    for path, stated in packages.items():
        if "integrity" not in stated:
            continue  # Our own package, and the empty ones of ours that stand in for what we do without.
        name = path.rpartition("node_modules/")[2]
        yield Component(
            name=name,
            version=stated["version"],
            ecosystem="npm",
            digests=(_digest_of_archive(stated),),
            licence=stated_in_lock_file(name, stated.get("license", "")),
            is_shipped=not stated.get("dev", False),
        )


def _digest_of_archive(stated: Mapping[str, Any]) -> tuple[str, str]:
    """The digest in the form of Subresource Integrity, as `("SHA-512", hexadecimal digits)`."""
    algorithm, _, value = str(stated["integrity"]).partition("-")
    return algorithm.replace("sha", "SHA-"), b64decode(value).hex()
