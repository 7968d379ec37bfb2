"""The services on offer: the catalogue's items, grouped by its categories. Referrals and legal matters are none."""

from dataclasses import dataclass
from typing import Any

from api.errors import NotFound
from nlp.catalogue import Catalogue, Entry, Kind


@dataclass(frozen=True, slots=True)
class Service:
    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: str
    keywords: str
    group: str


@dataclass(frozen=True, slots=True)
class Definition:
    """No service asks for more than every request holds."""

    service_code: str
    attributes: list[dict[str, Any]]


def services(catalogue: Catalogue) -> list[Service]:
    groups = catalogue.category_names
    return [
        Service(
            service_code=item.label,
            service_name=item.name,
            description=item.brief,
            metadata=False,
            type="realtime",
            keywords=",".join(item.keywords),
            group=groups.get(item.category, ""),
        )
        for item in catalogue.of_kind(Kind.ITEM)
    ]


def definition(catalogue: Catalogue, code: str) -> Definition:
    return Definition(service_code=service(catalogue, code).label, attributes=[])


def service(catalogue: Catalogue, code: str) -> Entry:
    """Raises NotFound."""
    found = catalogue.by_label.get(code)
    if found is None or found.kind is not Kind.ITEM:
        raise NotFound(at="service_code")
    return found
