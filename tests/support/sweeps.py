"""Helpers for sweeps: every address of the app, filled with existing things, and the elements of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import permutations

from sqlalchemy import select
from sqlalchemy.orm import Session
from support.world import SETTINGS, World
from werkzeug.routing import Rule

from ledger.services.unsubscribe import unsubscribe_token
from ledger.store.accounts import Account
from ledger.store.people import Claimant, Document
from ledger.store.search_index import SavedFilter
from ledger.store.tallies import Scope

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def rules(world: World) -> list[Rule]:
    """Every URL rule of the app."""
    return list(world.app.url_map.iter_rules())


def addresses(world: World, rule: Rule, *, most: int = 1) -> list[str]:
    """Up to `most` addresses of a rule that exist. Raises KeyError for an argument that `_values` does not know."""
    if not rule.arguments:
        return [str(rule)]
    adapter = world.app.url_map.bind("ledger.example.org")
    found = _values(world, rule)
    return [adapter.build(rule.endpoint, values) for values in found[:most]]


def everywhere(world: World, *, most: int = 1) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its addresses."""
    for rule in rules(world):
        for address in addresses(world, rule, most=most):
            yield rule, address


def _values(world: World, rule: Rule) -> list[dict[str, object]]:
    places = world.places
    with world.sessions() as session:
        if rule.endpoint == "static_file":
            path = world.app.jinja_env.globals["asset"]
            with world.app.test_request_context(base_url=SETTINGS.base_url):
                _, _, digest, name = path("ledger.css").split("/")  # type: ignore[operator] # it is our function
            return [{"digest": digest, "name": name}]
        if "token" in rule.arguments:
            return [{"token": _token(world, rule)}]
        if "account" in rule.arguments:
            return [{"account": places.invited}]
        if rule.endpoint == "public.chart_file":
            return [{"key": places.drawing, "form": form} for form in ("svg", "png", "json")]
        if "key" in rule.arguments:
            kind = rule.endpoint.removeprefix("public.").partition("_")[0]
            return [{"key": key} for key in _scopes(session, kind)]
        if "other" in rule.arguments:
            return [{"number": number, "other": other} for number, other in permutations(_claimants(session), 2)]
        if "document" in rule.arguments:
            return [{"document": number} for number in session.scalars(select(Document.id))]
        if "into" in rule.arguments:
            return [{"number": places.claims["open"], "into": places.claims["kept"]}]
        numbers = {
            "claim": places.claims.values(),
            "review": places.reviews.values(),
            "message": [places.dead_message],
            "file": places.files.values(),
            "import": places.imports,
            "claimant": _claimants(session),
            "year": map(int, _scopes(session, "year")),
            "evidence": [places.evidence["filed"], *places.evidence.values()],
            "document": session.scalars(select(Document.id)).all(),
            "filter": session.scalars(select(SavedFilter.id)).all(),
        }
        return [{"number": number} for number in numbers[_subject(rule)]]


def _claimants(session: Session) -> Sequence[int]:
    return session.scalars(select(Claimant.id).where(Claimant.merged_into.is_(None)).order_by(Claimant.id)).all()


def _scopes(session: Session, kind: str) -> list[str]:
    """The keys of the scorecards of a kind."""
    keys = session.scalars(select(Scope.key).where(Scope.kind == kind, Scope.inside == "")).all()
    return [key.partition(":")[2] for key in keys]


def _subject(rule: Rule) -> str:
    """What `<number>` refers to: the word in front of it."""
    words = [part for part in str(rule).split("/") if part]
    before = next(words[i - 1] for i, word in enumerate(words) if word.startswith("<"))
    return before.removesuffix("s")


def _token(world: World, rule: Rule) -> str:
    if rule.endpoint == "account.join":
        return world.places.join.rpartition("/")[2]
    with world.sessions() as session:
        ada = session.get_one(Account, world.places.cast.ada.account)
        if rule.endpoint == "security.reset_password":
            with world.app.app_context():
                return str(world.app.extensions["security"].reset_serializer.dumps([ada.fs_uniquifier, None]))
        return unsubscribe_token(ada, secret_key=SETTINGS.secret_key)


@dataclass
class Element:
    """An element of a page, with the text in it."""

    tag: str
    attributes: dict[str, str]
    inside: list[str]  # the tags around it, outermost first
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All the text in it."""
        return "".join(self.parts)


@dataclass
class Markup(HTMLParser):
    """A parsed page."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, html: str) -> Markup:
        """The markup of a page."""
        page = cls()
        page.feed(html)
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, [around.tag for around in self.open])
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self.open and any(element.tag == tag for element in self.open):
            if self.open.pop().tag == tag:
                break

    def all(self, *tags: str) -> list[Element]:
        """The elements of these kinds, in the order of the page."""
        return [element for element in self.elements if element.tag in tags]

    @property
    def ids(self) -> list[str]:
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]
