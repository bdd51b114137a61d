"""The bill of materials: every locked component, in CycloneDX 1.6."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import Component as BomComponent
from cyclonedx.model.component import ComponentScope, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from supply_chain.components import Component

_NAME, _LICENCE = "stoa", "EUPL-1.2"


def bill_of_materials(
    components: Iterable[Component], *, version: str, made_at: datetime, serial: UUID
) -> str:
    """The bill of that version of Stoa as JSON; what only its gate and tests use is marked as excluded.

    `scope` is `required` for what an office runs or a browser gets, `excluded` for the rest (CycloneDX 1.6,
    `component.scope`). A Python package has the digests of all its files that may be installed, as
    properties, since `hashes` belong to one file.
    """
    bill = Bom(serial_number=serial)
    bill.metadata.timestamp = made_at
    ours = BomComponent(
        name=_NAME,
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=BomRef(_NAME),
        purl=PackageURL(type="generic", name=_NAME, version=version),
        licenses=[LicenseFactory().make_from_string(_LICENCE)],
    )
    bill.metadata.component = ours
    listed = [_listed(component) for component in components]
    bill.components.update(listed)
    bill.dependencies.add(Dependency(ours.bom_ref, [Dependency(one.bom_ref) for one in listed]))
    bill.dependencies.update(Dependency(one.bom_ref) for one in listed)
    return JsonV1Dot6(bill).output_as_string(indent=2)


def _listed(component: Component) -> BomComponent:
    is_one_file = len(component.digests) == 1
    return BomComponent(
        name=component.name,
        version=component.version,
        type=ComponentType.LIBRARY,
        bom_ref=BomRef(component.purl.to_string()),
        purl=component.purl,
        scope=ComponentScope.REQUIRED if component.is_shipped else ComponentScope.EXCLUDED,
        licenses=[LicenseFactory().make_from_string(component.licence)] if component.licence else (),
        hashes=[HashType(alg=HashAlgorithm(name), content=value) for name, value in component.digests]
        if is_one_file
        else (),
        properties=()
        if is_one_file
        else [Property(name=f"stoa:locked:{name}", value=value) for name, value in component.digests],
    )
