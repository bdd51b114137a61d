"""Every locked component has a licence under which Stoa may use it."""

from email.message import Message
from importlib.metadata import PackageMetadata
from typing import cast

import pytest

from supply_chain.components import Component, locked_components
from supply_chain.licences import STATED_VAGUELY, is_allowed, stated_in_lock_file, stated_in_metadata

COMPONENTS = locked_components()


def names(components: list[Component]) -> list[str]:
    return [f"{one.ecosystem} {one.name}: {one.licence or 'unknown'}" for one in components]


def test_every_locked_component_may_be_used() -> None:
    refused = [one for one in COMPONENTS if one.is_needed_here and not is_allowed(one.licence)]

    assert names(refused) == []


def test_all_that_is_locked_is_looked_at_with_its_digest() -> None:
    named = {(one.ecosystem, one.name): one for one in COMPONENTS}

    assert named["pypi", "ldap3"].is_shipped
    assert not named["pypi", "pytest"].is_shipped
    assert named["npm", "bpmn-js"].is_shipped
    assert not named["npm", "axe-core"].is_shipped
    assert [one.name for one in COMPONENTS if not one.digests] == []


def test_a_licence_that_was_read_by_a_person_belongs_to_what_is_still_locked() -> None:
    assert STATED_VAGUELY.keys() - {(one.ecosystem, one.name) for one in COMPONENTS} == set()


@pytest.mark.parametrize(
    ("licence", "may_be_used"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("GPL-3.0-only OR MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("LicenseRef-Own", False),
        ("", False),
    ],
)
def test_a_licence_is_judged_by_its_parts(licence: str, *, may_be_used: bool) -> None:
    assert is_allowed(licence) is may_be_used


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License-Expression": "MIT OR Apache-2.0", "License": "something else"}, "MIT OR Apache-2.0"),
        ({"License": "Apache 2.0"}, "Apache-2.0"),
        ({"License": "see the file", "Classifier": "License :: OSI Approved :: MIT License"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"}, ""),
        ({}, ""),
    ],
)
def test_a_licence_is_read_from_what_a_package_says_of_itself(fields: dict[str, str], licence: str) -> None:
    stated = Message()
    for name, value in fields.items():
        stated[name] = value

    assert stated_in_metadata("a-package", cast(PackageMetadata, stated)) == licence


def test_a_package_for_browsers_that_refers_to_a_file_is_unknown_until_somebody_reads_it() -> None:
    assert stated_in_lock_file("another", "SEE LICENSE IN LICENSE") == ""
    assert stated_in_lock_file("bpmn-js", "SEE LICENSE IN LICENSE") == "LicenseRef-bpmn.io"
