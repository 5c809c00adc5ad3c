"""Standards, texts and provisions as objects, for those who like to work so in Python.

>>> import cyberstd_kg
>>> kg = cyberstd_kg.load()
>>> [text.designation for text in kg.standard("27400").texts]
['ISO/IEC 27400:2022']
>>> len(kg.text("ISO/IEC 27400:2022").controls(addressee="IoT user"))
7
"""

from __future__ import annotations

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import NotFound
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.graph.lookup import Lookup


class _Entity:
    """An entity, whose statements are read from the graph when they are asked for."""

    def __init__(self, lookup: Lookup, iri: str) -> None:
        self._lookup = lookup
        self.iri = iri

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {iris.compact(self.iri)}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Entity) and (type(self), self.iri) == (type(other), other.iri)

    def __hash__(self) -> int:
        return hash(self.iri)

    @property
    def titles(self) -> list[str]:
        """All titles that sources give, sorted."""
        return self._lookup.objects(self.iri, "dct:title")

    @property
    def designation(self) -> str:
        """The regular designation, or an empty string."""
        return self._lookup.value(self.iri, "dct:identifier")


class Provision(_Entity):
    """A provision of one text."""

    @property
    def locator(self) -> str:
        """Number or place in the text, as printed."""
        return self._lookup.value(self.iri, "bibo:locator")

    @property
    def kinds(self) -> list[str]:
        """Labels of its kinds (clause, security control …), sorted."""
        return self._labels("cstd:provisionKind")

    @property
    def addressees(self) -> list[str]:
        """Labels of the roles that it addresses, sorted."""
        return self._labels("cstd:addressee")

    def _labels(self, predicate: str) -> list[str]:
        return sorted(self._lookup.value(iri, "skos:prefLabel") for iri in self._lookup.objects(self.iri, predicate))


class Text(_Entity):
    """An edition, a draft or an amendment."""

    def provisions(self) -> list[Provision]:
        """Return all its provisions, in the natural order of their locators."""
        provisions = (Provision(self._lookup, iri) for iri in self._lookup.subjects("cstd:provisionOf", self.iri))
        return sorted(provisions, key=lambda p: (natural(p.locator), p.iri))

    def controls(self, addressee: str | None = None) -> list[Provision]:
        """Return its controls.

        :param addressee: only those that address this role: its label ("IoT user"), CURIE or IRI
        :raises NotFound: when no control of the text addresses such a role; the hint lists the roles
        """
        controls = [p for p in self.provisions() if any("control" in kind for kind in p.kinds)]
        if addressee is None:
            return controls
        roles = {p: self._lookup.objects(p.iri, "cstd:addressee") for p in controls}
        labels = {iri: self._lookup.value(iri, "skos:prefLabel") for of_one in roles.values() for iri in of_one}
        wanted = {
            iri for iri, label in labels.items() if addressee.casefold() in (label.casefold(), iri, iris.compact(iri))
        }
        if not wanted:
            known = "; ".join(sorted(labels.values())) or "none"
            message = f"no control of {self.designation} addresses '{addressee}'"
            raise NotFound(message, f"The roles that controls of it address: {known}.")
        return [p for p in controls if wanted & set(roles[p])]


class Standard(_Entity):
    """A standard as a work, with its texts and parts."""

    @property
    def texts(self) -> list[Text]:
        """Editions and drafts, oldest first; those without a date last."""
        texts = (
            Text(self._lookup, iri)
            for link in ("cstd:editionOf", "cstd:draftOf")
            for iri in self._lookup.subjects(link, self.iri)
        )
        return sorted(texts, key=lambda t: (self._lookup.value(t.iri, "cstd:earliest") or "9999", t.designation))

    @property
    def parts(self) -> list[Standard]:
        """Its parts, in natural order."""
        parts = (Standard(self._lookup, iri) for iri in self._lookup.subjects("cstd:partOfStandard", self.iri))
        return sorted(parts, key=lambda part: natural(part.designation))
