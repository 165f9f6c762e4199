"""Full-text search of claims: equal results on both databases, for any query and after any change."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session
from support.cast import Cast, document_terms, evidence_terms, forecast_terms, record

from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.search_text import indexed, parse_query, words_of
from ledger.journal.projection.searchable_words import MOST_INDEXED
from ledger.journal.replay import differences, rebuild
from ledger.queries import search
from ledger.queries.claim_list import list_claims
from ledger.queries.filters import ClaimFilters
from ledger.queries.search import similar_claims
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.end_claim import merge_claims, withdraw_claim
from ledger.services.documents import register_document
from ledger.services.evidence import attach_evidence, correct_evidence, retract_evidence
from ledger.store.claims import Claim
from ledger.store.search_index import IndexQuery, SearchableClaim

# Queries, and the claims of the table that match.
STATEMENTS = {
    "lodz": "The bridge in Łódź is rebuilt by 2017.",
    "fighters": "Foreign fighters return to Europe's cities.",
    "bridge": "An old bridge falls; fighters cross the river.",
    "arabic": "سيَعودُ المقاتلون إلى المدينة",
    "chinese": "我们将在2017年胜利",
    "hebrew": "שלום עולם יבוא",
    "hindi": "युद्ध समाप्त होगा",
    "quote": "Qatar's 2nd quarter sees 1e5 barrels, 3.5% more, at http://example.org/a-b_c.",
    "thai": "สงครามจะจบ",
    "greek": "Ο ΠΌΛΕΜΟΣ τελειώνει",
}
QUERIES: dict[str, set[str]] = {
    "bridge": {"lodz", "bridge"},
    "BRIDGE fall": {"bridge"},  # the last word may be a prefix
    "bri falls": set(),  # but no other word
    '"old bridge"': {"bridge"},
    '"bridge old"': set(),
    '"old bri"': set(),
    "fighters -river": {"fighters"},
    'fighters -"cross the"': {"fighters"},
    "-bridge -fighters": {"arabic", "chinese", "hebrew", "hindi", "quote", "thai", "greek"},
    "lodz": {"lodz"},
    "Łódź": {"lodz"},
    "LODZ 2017": {"lodz"},
    "201": {"lodz", "chinese"},  # a year between Chinese characters is a word
    "سيعود": {"arabic"},
    "المقاتل": {"arabic"},
    "胜利": {"chinese"},
    "利胜": set(),
    "2017年": {"chinese"},
    "שָׁלוֹם": {"hebrew"},
    "समाप्त": {"hindi"},
    "สงคราม": {"thai"},
    "πολεμος": {"greek"},
    "ΠΟΛΕΜΟΣ": {"greek"},
    "europe's": {"fighters"},
    "qatar": {"quote"},
    "q": set(),
    "1e5": {"quote"},
    "2nd": {"quote"},
    "3.5": {"quote"},
    "example.org/a-b_c": {"quote"},
    "mosul": set(),
    "fighters OR bridge": set(),  # no operators: "or" is a word that none of them has
    "bridge AND": set(),
    "bridge*": {"lodz", "bridge"},
    "statement:bridge": set(),
    "NEAR(bridge falls)": set(),
    "^bridge": {"lodz", "bridge"},
    '"': set(),
    "!!! ( ) : & | <-> \\ '": set(),
    "bridge' & !falls": {"bridge"},
    "bridge\\": {"lodz", "bridge"},
    "'; DROP TABLE entry; --": set(),
    "bri\x00dge": set(),
    "\x1b[31m bridge": set(),
    "bridge \u202e": {"lodz", "bridge"},
    "%": set(),
    "bridge " * 200_000: {"lodz", "bridge"},
    "a" * 1_000_000: set(),
    '"' * 1_000_000: set(),
    "-" * 1_000_000: set(),
    "\ufdfa" * 150: set(),
    "\ud800": set(),
}


def find(session: Session, q: str, **filters: object) -> list[int]:
    return [line.id for line in list_claims(session, ClaimFilters(q=q, **filters)).lines]  # type: ignore[arg-type]


@pytest.fixture
def shelf(session: Session, cast: Cast, now: datetime) -> dict[int, str]:
    """The claims of the table, by number; only their statements contain its words."""
    document = register_document(
        session, now=now, by=cast.ada.actor, terms=document_terms(title="Zzz", outlet="Zzz", authors=())
    )
    forecast = forecast_terms(document, cast.claimant, hedge="", note="")
    return {
        record(session, cast, now, statement=statement, criteria="Zzz zzz.", forecast=forecast): word
        for word, statement in STATEMENTS.items()
    }


def test_both_databases_find_the_same(session: Session, shelf: dict[int, str]) -> None:
    for q, expected in QUERIES.items():
        found = find(session, q, topic="battle")
        assert {shelf[number] for number in found if number in shelf} == expected, q[:80]
        assert set(found) <= set(shelf) or q.startswith("-"), q[:80]


def test_the_statement_ranks_above_other_texts(session: Session, cast: Cast, now: datetime) -> None:
    best = record(session, cast, now, statement="The aqueduct is repaired.")
    other = record(session, cast, now, criteria="True if nobody mentions an aqueduct by then; false otherwise.")
    last = record(session, cast, now)
    attach_evidence(
        session, now=now, by=cast.ada.actor, claim=last, terms=evidence_terms(summary="An aqueduct was seen.")
    )
    assert find(session, "aqueduct") == [best, other, last]


def test_forecasts_and_evidence_are_found_with_their_field(session: Session, cast: Cast, now: datetime) -> None:
    document = register_document(
        session,
        now=now,
        by=cast.ada.actor,
        terms=document_terms(title="Autumn almanac", outlet="The Gazetteer", authors=("Ottilie Writer",)),
    )
    forecast = forecast_terms(document, cast.claimant, hedge="in all probability", note="Said over lunch.")
    claim = record(session, cast, now, statement="The aqueduct is repaired.", forecast=forecast)
    attach_evidence(
        session,
        now=now,
        by=cast.ada.actor,
        claim=claim,
        terms=evidence_terms(summary="Water <runs> again.", publisher="Hydrographical Office"),
    )
    for q in ("almanac", "gazetteer", "ottilie", "all probability", "lunch", "water", "hydrographical"):
        assert find(session, q) == [claim], q
    assert find(session, '"probability said"') == []  # a phrase does not span two texts
    [line] = list_claims(session, ClaimFilters(q="aqueduct water hydro")).lines
    assert [piece.text for piece in line.marked if piece.marked] == ["aqueduct"]
    assert [(s.where, "".join(p.text for p in s.pieces)) for s in line.snippets] == [
        ("Evidence", "Water <runs> again."),
        ("Evidence from", "Hydrographical Office"),
    ]


def test_changed_and_merged_texts_are_found_as_they_are_now(session: Session, cast: Cast, now: datetime) -> None:
    ada, dora = cast.ada.actor, cast.dora.actor
    claim = record(session, cast, now, statement="The aqueduct is repaired.")
    terms = session.get_one(Claim, claim).terms(("Battle",))
    amend_claim(
        session, now=now, by=ada, claim=claim, terms=replace(terms, statement="The viaduct is repaired."), reason=""
    )
    assert (find(session, "aqueduct"), find(session, "viaduct")) == ([], [claim])
    fact = attach_evidence(session, now=now, by=ada, claim=claim, terms=evidence_terms(summary="Cormorants nest."))
    said = evidence_terms(summary="Pelicans nest.")
    correct_evidence(session, now=now, by=ada, evidence=fact, terms=said, reason="Wrong birds.")
    assert (find(session, "cormorants"), find(session, "pelicans")) == ([], [claim])
    retract_evidence(session, now=now, by=ada, evidence=fact, reason="No birds at all.")
    assert find(session, "pelicans") == []
    forecast = forecast_terms(cast.document, cast.claimant, hedge="flabbergastingly")
    twin = record(session, cast, now, statement="The viaduct is mended.", forecast=forecast)
    merge_claims(session, now=now, by=dora, claim=twin, into=claim, reason="They say the same.")
    assert find(session, "flabbergastingly") == [claim]
    withdraw_claim(session, now=now, by=ada, claim=claim, reason="Never said.")
    assert find(session, "viaduct repaired", state=ClaimState.WITHDRAWN) == [claim]
    assert list(differences(session)) == []


def test_a_rebuild_fills_the_index_again(session: Session, shelf: dict[int, str]) -> None:
    session.execute(text("UPDATE searchable SET statement = 'tampered'"))
    session.commit()
    assert find(session, "bridge") == []
    assert len(find(session, "tampered")) >= len(shelf)
    assert len(list(differences(session))) >= len(shelf)  # the audit finds it
    rebuild(session)
    assert (find(session, "tampered"), len(find(session, "bridge"))) == ([], 2)
    assert list(differences(session)) == []
    if session.get_bind().dialect.name == "sqlite":  # raises where the index and the rows do not agree
        session.execute(text("INSERT INTO searchable_index(searchable_index, rank) VALUES ('integrity-check', 1)"))


def test_very_common_words_come_newest_first_and_page_by_number(
    session: Session, shelf: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = list_claims(session, ClaimFilters(q="zzz"), limit=4)
    assert (first.total, first.ranked, first.next_page, first.before) == (10, True, 2, None)
    rest = [list_claims(session, ClaimFilters(q="zzz"), page=page, limit=4) for page in (2, 3)]
    assert [page.next_page for page in rest] == [3, None]
    assert sorted(line.id for page in (first, *rest) for line in page.lines) == sorted(shelf)
    monkeypatch.setattr(search, "COMMON", 9)
    newest = list_claims(session, ClaimFilters(q="zzz"), limit=4)
    assert (newest.total, newest.ranked, newest.next_page) == (10, False, None)
    older = list_claims(session, ClaimFilters(q="zzz"), limit=20, before=newest.before)
    assert [line.id for line in (*newest.lines, *older.lines)] == sorted(shelf, reverse=True)


def test_filters_combine(session: Session, cast: Cast, now: datetime) -> None:
    october = forecast_terms(
        cast.document, cast.claimant, made_on=PartialDate(2015, 10), modality=Modality.COULD, note="Read so."
    )
    later = forecast_terms(cast.document, cast.claimant, made_on=PartialDate(2016, 3, 4))
    one = record(session, cast, now, statement="An aqueduct, one.", forecast=october)
    other = record(session, cast, now, statement="An aqueduct, two.", forecast=later)
    both = [other, one]

    def ids(**filters: object) -> list[int]:
        return sorted(find(session, "aqueduct", **filters), reverse=True)

    assert ids() == both
    assert ids(made_from=PartialDate(2015, 10, 20)) == both  # a date known to the month overlaps the period
    assert ids(made_from=PartialDate(2015, 11)) == [other]
    assert ids(made_to=PartialDate(2015, 10, 2)) == [one]
    assert ids(made_to=PartialDate(2015, 9)) == []
    assert ids(made_from=PartialDate(2015), made_to=PartialDate(2015)) == [one]
    assert ids(modality=Modality.COULD) == [one]
    assert ids(modality=Modality.COULD, made_from=PartialDate(2016)) == []
    assert ids(basis=HorizonBasis.STATED, kind=ClaimKind.EVENT, claimant=cast.claimant) == both
    assert ids(basis=HorizonBasis.ASSIGNED) == []
    assert ids(kind=ClaimKind.CHOICE) == []
    assert ids(document=cast.noise.documents[0]) == []


def test_similar_claims_are_listed_without_ended_ones(session: Session, cast: Cast, now: datetime) -> None:
    near = record(session, cast, now, statement="The aqueduct of Segovia collapses before the winter of 2018.")
    far = record(session, cast, now, statement="The aqueduct of Segovia is visited by the king.")
    ended = record(session, cast, now, statement="The aqueduct of Segovia collapses before the winter of 2019.")
    withdraw_claim(session, now=now, by=cast.ada.actor, claim=ended, reason="Never said.")
    found = similar_claims(session, "Before the winter of 2018 the aqueduct of Segovia will collapse")
    assert [(s.claim, s.near) for s in found[:2]] == [(near, True), (far, False)]
    assert ended not in [s.claim for s in found]
    assert similar_claims(session, "…") == ()
    assert len(similar_claims(session, "The city is retaken, in case it is.", limit=1)) == 1
    similar_claims(session, "NEAR(\"x' OR " * 100_000)


def test_the_searched_text_of_a_claim_is_bounded(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    for number in range(30):
        summary = f"{number} " + "word " * 390
        attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms(summary=summary))
    [kept] = session.scalars(select(SearchableClaim.evidence).where(SearchableClaim.claim_id == claim))
    assert MOST_INDEXED <= len(kept) < MOST_INDEXED + 4_000
    assert list(differences(session)) == []


def test_both_databases_split_words_alike(session: Session) -> None:
    """Numbers, mixtures and foreign letters: the databases split words as our spelling does."""
    numbers = random.Random(7)
    letters = "abcdeqxz0123456789éßяعन我"
    typed = {"".join(numbers.choice(letters) for _ in range(numbers.randint(1, 9))) for _ in range(300)}
    typed |= {"1e5", "0x1f", "12a", "a12", "e5", "9", "www", "http", "e1e", "1e", "9q"}
    for number, word in enumerate(sorted(typed), 1):
        row = {"claim_id": 1_000_000 + number, "statement": indexed(word), "criteria": "", "said": "", "evidence": ""}
        session.execute(insert(SearchableClaim.table()), row)
    for number, word in enumerate(sorted(typed), 1):
        found = IndexQuery(session.get_bind().dialect.name, parse_query(f'"{word}"'))
        hits = session.scalars(select(found.claim).select_from(found.source).where(found.fits)).all()
        assert 1_000_000 + number in hits, word
        if len(list(words_of(word))) == 1:
            same = [n for n, other in enumerate(sorted(typed), 1) if indexed(word).split()[0] in indexed(other).split()]
            assert sorted(hits) == [1_000_000 + n for n in same], word
