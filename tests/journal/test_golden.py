"""Golden vectors: the bytes of the journal, for every kind of entry and every version of it.

golden.json is written by `PYTHONPATH=tests python tests/journal/test_golden.py`, which adds vectors for a new kind or
version and refuses to change an existing one. Until 0.1.0 is released a kind may change in place: `--renew` at the
end of that command writes all vectors again. From 0.1.0 on it refuses this, too, and the bytes are final.
"""

from __future__ import annotations

import json
import sys
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.oracles import merkle_root

from ledger.journal.entries import (
    KINDS,
    ActorIntroduced,
    AssessmentSealed,
    AssessmentsOpened,
    AssessmentWithdrawn,
    ClaimAmended,
    ClaimantDescribed,
    ClaimantRegistered,
    ClaimantsMerged,
    ClaimEnded,
    ClaimRecorded,
    ClaimReinstated,
    ConditionJudged,
    DocumentRead,
    DocumentRegistered,
    DocumentTextStored,
    Entry,
    EvidenceAttached,
    EvidenceCorrected,
    EvidenceRetracted,
    ForecastRecorded,
    PolicyAdopted,
    ReviewersAssigned,
    ReviewFellDue,
    ReviewRescheduled,
    ReviewScheduled,
    VerdictAdopted,
)
from ledger.journal.leaf import base64url, digest, disclose, read_disclosure, read_instant, write_leaf
from ledger.journal.merkle import Frontier, leaf_hash
from ledger.journal.post import writing
from ledger.journal.read import entry_of, read_all, read_head
from ledger.journal.replay import differences
from ledger.store.entries import DisclosureRow

GOLDEN = Path(__file__).with_name("golden.json")
CHANGELOG, UNRELEASED = Path(__file__).parents[2] / "CHANGELOG.md", "## 0.1.0 (unreleased)"
START = datetime(2026, 11, 22, 12, 0, 0, 1, tzinfo=UTC)

ADA, BEN, CLEO = "a0000000000000001", "a0000000000000002", "a0000000000000003"
SEALED = AssessmentSealed(
    claim=6,
    review=8,
    outcome="true",
    answer=None,
    value=None,
    certainty="high",
    rationale="It **was** so.\n\n> quoted",
    relied_on=(10,),
    by=BEN,
)
CHOICE: dict[str, Any] = {
    "statement": "More or fewer come home in 2017.",
    "criteria": "By the yearly count.",
    "topics": ("Foreign fighters",),
    "horizon": "2017",
    "horizon_basis": "stated",
    "horizon_note": "",
    "condition": "",
    "claim_kind": "choice",
    "baseline": "",
    "metric": "",
    "low_bound": None,
    "high_bound": None,
    "low_strict": False,
    "high_strict": False,
    "unit": "",
    "options": ("more", "fewer"),
    "ordered": True,
    "whole": 6,
    "judged_from": "itself",
    "checkability": "checkable",
    "checkability_reason": "",
    "base_rate": 0.5,
    "base_rate_note": "Half of the years.",
    "by": ADA,
}
EVENT: dict[str, Any] = CHOICE | {
    "statement": "سيعود المقاتلون 🔥",
    "criteria": "True if they do.",
    "topics": ("Foreign fighters", "Año"),
    "horizon": "2017-10-31",
    "condition": "if the city falls",
    "claim_kind": "event",
    "options": (),
    "ordered": False,
    "whole": None,
    "base_rate": None,
    "base_rate_note": "",
}
QUANTITY: dict[str, Any] = EVENT | {
    "statement": "More than 5,000 come home.",
    "claim_kind": "quantity",
    "low_bound": 5000.0,
    "high_bound": 0.1 + 0.2,  # a float with many digits
    "low_strict": True,
    "unit": "people",
}
FORECAST: dict[str, Any] = {
    "document": 5,
    "claimants": (4,),
    "attribution": "own",
    "made_on": "2016-10-17",
    "modality": "likely",
    "hedge": "likely to",
    "locator": "paragraph 2",
    "paragraph": 2,
    "first_sentence": 1,
    "last_sentence": 3,
    "words_sha256": "0" * 64,
    "note": "",
    "confidence": "verbal",
    "low": 0.55,
    "high": 0.8,
    "yardstick": "ICD203",
    "yardstick_version": "2015",
    "term": "likely",
    "reading": "ours",
    "option": None,
    "shares": (),
    "by": ADA,
}
NO_NUMBER: dict[str, Any] = FORECAST | {
    "confidence": "none",
    "low": None,
    "high": None,
    "yardstick": None,
    "yardstick_version": None,
    "term": None,
    "reading": "speaker",
}
EVIDENCE: dict[str, Any] = {
    "evidence_kind": "fact",
    "stance": "supports",
    "summary": "They were counted.",
    "publisher": "A Ministry",
    "url": "",
    "event_on": "2017",
    "published_on": "2018-01",
    "captured_on": None,
    "reliability": "A",
    "credibility": "1",
    "source_status": "checked",
    "checked_in": "",
    "file_sha256": "a" * 64,
    "file_name": "count.pdf",
    "file_type": "application/pdf",
    "file_size": 1234,
    "by": ADA,
}

# A record from its first actor to a verdict, with every kind of entry.
ENTRIES: list[Entry] = [
    ActorIntroduced(actor=ADA, name="Ada Adeyemi"),
    ActorIntroduced(actor=BEN, name="Bén Bjørn"),
    ActorIntroduced(actor=CLEO, name="Κλειώ Καστρο"),
    ClaimantRegistered(
        name="Paula “P” Pundit",
        claimant_kind="person",
        about="Writes a column.\nOften.",
        url="https://p.example",
        by=ADA,
    ),
    DocumentRegistered(
        title="What comes after \\ “Mosul” <b>",
        outlet="The Example",
        url="https://example.org/a?b=c&d=e",
        authors=("Paula Pundit", "小林 さくら"),
        published_on="2016-10",
        published_basis="The month is printed on the page.",
        by=ADA,
    ),
    ClaimRecorded(**EVENT),
    ForecastRecorded(claim=6, **FORECAST),
    ReviewScheduled(claim=6, due_on="2017-11-01", policy="1", reason="its horizon", by=None),
    ReviewersAssigned(claim=6, review=8, reviewers=(BEN, CLEO), by=None),
    EvidenceAttached(
        claim=6,
        **EVIDENCE
        | {
            "url": "https://example.org/report",
            "captured_on": "2018-02",
            "file_sha256": None,
            "file_name": "",
            "file_type": "",
            "file_size": None,
        },
    ),
    ReviewFellDue(claim=6, review=8, due_on="2017-11-01"),
    ReviewRescheduled(claim=6, review=8, due_on="2027-01-31", reason="The report is late.", by=BEN),
    SEALED,
    AssessmentWithdrawn(claim=6, review=8, assessment=13, by=BEN),
    SEALED,
    replace(SEALED, outcome="unresolvable", certainty="low", rationale="Nobody knows.", relied_on=(), by=CLEO),
    AssessmentsOpened(claim=6, review=8, assessments=(15, 16)),
    VerdictAdopted(
        claim=6,
        review=8,
        outcome="mostly_true",
        answer=None,
        value=None,
        basis="adjudication",
        rationale="Most of it was so.",
        by=ADA,
    ),
    # Whole numbers as floats, a point, and no passage.
    ForecastRecorded(
        claim=6,
        **NO_NUMBER
        | {"attribution": "reported", "made_on": "2016-10", "modality": "number", "confidence": "point"}
        | {"low": 1.0, "high": 1.0, "paragraph": None, "first_sentence": None, "last_sentence": None}
        | {"words_sha256": None, "hedge": ""},
    ),
    ClaimRecorded(**CHOICE),
    ForecastRecorded(
        claim=20, **NO_NUMBER | {"attribution": "endorsed", "hedge": "one in three", "shares": (0.25, 0.75)}
    ),
    ClaimAmended(**CHOICE | {"criteria": "By the count."}, claim=20, reason="Shorter.", after_evidence=False),
    EvidenceAttached(claim=20, **EVIDENCE),
    EvidenceCorrected(claim=20, evidence=23, **EVIDENCE | {"stance": "context"}, reason="Misread."),
    EvidenceRetracted(claim=20, evidence=23, reason="It is about another city.", by=ADA),
    ConditionJudged(claim=6, state="met", evidence=(10,), reason="The city fell.", by=ADA),
    replace(SEALED, claim=20, outcome="answered", answer=2, relied_on=(23,)),
    VerdictAdopted(
        claim=20, review=8, outcome="answered", answer=2, value=None, basis="adjudication", rationale="So.", by=ADA
    ),
    ClaimEnded(claim=20, how="split", into=(6,), reason="Two in one.", by=ADA),
    ClaimReinstated(claim=20, reason="It was one after all.", by=ADA),
    ClaimantDescribed(
        claimant=4,
        name="Paula Pundit",
        claimant_kind="person",
        about="",
        url="",
        aliases=("P. Pundit",),
        links=("https://p.example/about",),
        reason="She goes by both.",
        by=ADA,
    ),
    ClaimantRegistered(name="Pundit, Paula", claimant_kind="person", about="", url="", by=ADA),
    ClaimantsMerged(claimant=32, into=4, reason="The same person.", by=ADA),
    DocumentRead(
        document=5,
        read_on="2025-03-04",
        chosen="All that she wrote that month.",
        sentences=31,
        none_found=False,
        passed_over=(("paragraph 2, sentence 1", "That things will change.", "cannot fail"),),
        note="",
        by=ADA,
    ),
    DocumentTextStored(document=5, sha256="f" * 64, paragraphs=9, by=ADA),
    PolicyAdopted(
        policy="2",
        default_horizon_months=24,
        reviewers_per_claim=3,
        longest_snooze_days=180,
        yardstick="PHIA",
        smallest_n=30,
        mostly_true=0.8,
        partly_true=0.333333,
        mostly_false=0.1,
        rubric="True: so it was.\n\nFalse: “not so”.",
        reason="A year is too short.",
        by=ADA,
    ),
    ClaimRecorded(**QUANTITY),
    VerdictAdopted(
        claim=37, review=8, outcome="true", answer=None, value=5000.5, basis="consensus", rationale="", by=None
    ),
]


def fixed_salts() -> Callable[[], str]:
    """Fixed salts, for vectors only."""
    numbers = count(1)
    return lambda: base64url(sha256(f"salt {next(numbers)}".encode()).digest()[:16])


@dataclass(frozen=True)
class Vector:
    """The expected bytes of one entry."""

    number: int
    kind: str
    version: int
    subject: str
    at: str
    fields: dict[str, Any]
    disclosures: list[str]
    leaf: str
    leaf_hash: str


def vectors() -> tuple[list[Vector], str]:
    """The vectors as the present code writes them, and the root over them (hex)."""
    salt, frontier, found = fixed_salts(), Frontier(), []
    for number, entry in enumerate(ENTRIES, 1):
        at = START + timedelta(seconds=number)
        disclosures = [disclose(group, values, salt) for group, values in entry.disclosed().items()]
        leaf = write_leaf(
            kind=entry.kind,
            version=entry.version,
            number=number,
            at=at,
            subject=entry.subject(number),
            disclosures=disclosures,
        )
        frontier.append(leaf_hash(leaf))
        found.append(
            Vector(
                number=number,
                kind=entry.kind,
                version=entry.version,
                subject=entry.subject(number),
                at=json.loads(leaf)["at"],
                fields=json.loads(json.dumps(asdict(entry))),
                disclosures=disclosures,
                leaf=leaf.decode(),
                leaf_hash=leaf_hash(leaf).hex(),
            )
        )
    return found, frontier.root.hex()


def write_golden(*, renew: bool) -> None:
    """Write golden.json, adding vectors at its end. With `renew`, existing vectors may change, too."""
    found, root = vectors()
    if renew:
        if UNRELEASED not in CHANGELOG.read_text():
            raise SystemExit(f"{UNRELEASED} is released: the bytes of the journal are final")
    elif GOLDEN.exists():
        existing = json.loads(GOLDEN.read_text())["entries"]
        if [asdict(vector) for vector in found[: len(existing)]] != existing:
            raise SystemExit("an existing vector would change: until 0.1.0, --renew allows that")
    text = json.dumps({"root": root, "entries": [asdict(vector) for vector in found]}, ensure_ascii=False, indent=1)
    GOLDEN.write_text(text + "\n")


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(GOLDEN.read_text())
    return loaded


def test_the_code_writes_the_golden_bytes(golden: dict[str, Any]) -> None:
    found, root = vectors()
    assert [asdict(vector) for vector in found] == golden["entries"]
    assert root == golden["root"]


def test_the_golden_bytes_are_read_back_as_the_entries(golden: dict[str, Any]) -> None:
    for entry, vector in zip(ENTRIES, golden["entries"], strict=True):
        assert entry_of(vector["number"], vector["leaf"].encode(), "\n".join(vector["disclosures"])) == entry


def test_posting_writes_the_golden_bytes_into_either_database(session: Session, golden: dict[str, Any]) -> None:
    salt = fixed_salts()
    for number, entry in enumerate(ENTRIES, 1):
        with writing(session, START + timedelta(seconds=number), salt) as journal:
            assert journal.post(entry) == number
    disclosures = {
        row.number: row.disclosures for row in session.execute(select(DisclosureRow.number, DisclosureRow.disclosures))
    }
    for (number, at, leaf, hashed, entry), vector in zip(read_all(session), golden["entries"], strict=True):
        assert (number, leaf.decode(), hashed.hex()) == (vector["number"], vector["leaf"], vector["leaf_hash"])
        assert at == read_instant(vector["at"])
        assert disclosures[number].split("\n") == vector["disclosures"]
        assert entry == ENTRIES[number - 1]
    assert read_head(session).root.hex() == golden["root"]
    assert list(differences(session)) == []


def test_every_kind_and_version_has_a_vector(golden: dict[str, Any]) -> None:
    assert {(vector["kind"], vector["version"]) for vector in golden["entries"]} == set(KINDS)


def test_the_golden_root_follows_from_the_leaves_alone(golden: dict[str, Any]) -> None:
    """As an outsider can check it: from the file, with SHA-256 and base64 only."""
    leaves = [vector["leaf"].encode() for vector in golden["entries"]]
    assert merkle_root(leaves).hex() == golden["root"]
    for vector in golden["entries"]:
        leaf = json.loads(vector["leaf"])
        assert list(leaf) == ["v", "kind", "version", "number", "at", "subject", "digests"]
        assert leaf["v"] == 1
        assert leaf["digests"] == sorted(
            base64url(sha256(disclosure.encode("ascii")).digest()) for disclosure in vector["disclosures"]
        )


def private_words(entry: Entry) -> set[str]:
    """All texts of an entry that must not occur in its leaf: all but those in its subject."""
    words: set[str] = set()
    for value in asdict(entry).values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and len(one) > 2 and one not in entry.subject(1):
                words |= {one, *one.split()}
    return {word for word in words if len(word) > 2}


def leaks(entry: Entry, leaf: str) -> set[str]:
    # Keys are public, and a short word may occur in the random characters of digests.
    plain = " ".join(str(value) for key, value in json.loads(leaf).items() if key != "digests")
    return {word for word in private_words(entry) if word in plain}


def test_leaves_contain_no_private_values(golden: dict[str, Any]) -> None:
    canary = golden["entries"][0]["leaf"].replace("actor/", "actor/Adeyemi/")
    assert leaks(ENTRIES[0], canary) == {"Adeyemi"}
    for entry, vector in zip(ENTRIES, golden["entries"], strict=True):
        assert leaks(entry, vector["leaf"]) == set()
        assert "@" not in vector["leaf"]


def test_salts_are_fresh_and_long(session: Session) -> None:
    seen = set()
    with writing(session, START) as journal:
        for number in range(20):
            journal.post(ClaimantRegistered(name=f"N{number}", claimant_kind="person", about="", url="", by=ADA))
    for lines in session.scalars(select(DisclosureRow.disclosures)):
        for line in lines.split("\n"):
            salt = disclosure_salt(line)
            assert len(salt) == 22  # 128 bits in base64url
            assert salt not in seen
            seen.add(salt)
    assert len(seen) == 40


def disclosure_salt(disclosure: str) -> str:
    return str(json.loads(urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))[0])


outcomes = st.sampled_from(["true", "mostly_true", "condition_not_met", "false", "unresolvable"])


@given(
    outcomes,
    st.sampled_from(["high", "medium", "low"]),
    st.text(min_size=1, max_size=300),
    st.lists(st.integers(1, 10**6), max_size=20),
    st.sampled_from([ADA, BEN]),
)
def test_all_sealed_assessments_look_alike(outcome: str, certainty: str, why: str, on: list[int], by: str) -> None:
    def sealed(entry: AssessmentSealed) -> dict[str, Any]:
        disclosures = [disclose(group, values) for group, values in entry.disclosed().items()]
        leaf = write_leaf(
            kind=entry.kind,
            version=entry.version,
            number=17,
            at=START,
            subject=entry.subject(17),
            disclosures=disclosures,
        )
        return {"length": len(leaf)} | json.loads(leaf)

    mine = replace(SEALED, outcome=outcome, certainty=certainty, rationale=why, relied_on=tuple(on), by=by)
    one, other = sealed(mine), sealed(SEALED)
    assert len(one.pop("digests")) == len(other.pop("digests")) == 1
    assert one == other


# The classes of fields. Every new field has to be added to one of them.
FIGURES = {
    *("modality", "confidence", "low", "high", "yardstick", "yardstick_version", "term", "reading"),  # the forecast
    *("outcome", "basis", "certainty", "stance", "evidence_kind", "reliability", "credibility"),  # what was found
    *("claim_kind", "low_bound", "high_bound", "low_strict", "high_strict", "ordered", "option", "shares"),
    *("judged_from", "checkability", "base_rate", "answer", "value", "how", "state", "after_evidence"),
    *("sentences", "none_found", "read_on"),
    *("default_horizon_months", "reviewers_per_claim", "longest_snooze_days", "smallest_n"),
    *("mostly_true", "partly_true", "mostly_false"),
    *("horizon", "horizon_basis", "made_on", "event_on", "published_on", "captured_on", "due_on", "policy"),  # dates
}
PROSE = {
    *("statement", "condition", "criteria", "topics", "horizon_note", "title", "outlet", "url", "published_basis"),
    *("baseline", "metric", "unit", "options", "checkability_reason", "base_rate_note", "chosen", "passed_over"),
    *("file_sha256", "file_name", "file_type", "file_size", "words_sha256"),
    *(
        "hedge",
        "locator",
        "note",
        "summary",
        "publisher",
        "source_status",
        "checked_in",
        "rationale",
        "reason",
        "rubric",
    ),
}
PEOPLE = {
    "name",
    "claimant_kind",
    "about",
    "by",
    "authors",
    "claimants",
    "attribution",
    "reviewers",
    "aliases",
    "links",
}
NUMBERS = {
    *("review", "document", "assessment", "assessments", "relied_on", "whole", "into", "evidence"),  # of other entries
    *("paragraph", "first_sentence", "last_sentence", "sha256", "paragraphs"),  # of passages and texts
}


def mixed(groups: dict[str, tuple[str, ...]]) -> list[str]:
    """The groups that mix figures or dates with prose or people, so that redacting the latter removes the former."""
    return [group for group, names in groups.items() if set(names) & FIGURES and set(names) & (PROSE | PEOPLE)]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: f"{kind.kind}-{kind.version}")
def test_digests_cover_every_field_once_and_keep_figures_apart(kind: type[Entry]) -> None:
    grouped = [name for names in kind.groups.values() for name in names]
    own = {field.name for field in fields(kind)} - {kind.subject_field}
    assert sorted(grouped) == sorted(own)
    assert own <= FIGURES | PROSE | PEOPLE | NUMBERS
    if kind is not AssessmentSealed:  # one digest covers all fields, so that all leaves of this kind look alike
        assert mixed(kind.groups) == []
    assert mixed({"canary": ("made_on", "hedge"), "second": ("low", "by"), "fine": ("low", "made_on")}) == [
        *("canary", "second"),
    ]


def test_a_disclosure_is_read_and_other_texts_are_refused() -> None:
    disclosure = disclose("g", {"a": "ü", "b": [1, 2.5, None]}, lambda: "salt")
    assert read_disclosure(disclosure) == ("g", {"a": "ü", "b": [1, 2.5, None]})
    assert "=" not in disclosure and digest(disclosure) != digest(disclosure + "A")
    for bad in ("", "AAAA", base64url(b"[1,2]"), base64url(b'{"a":1}'), base64url(b'["s","g",["no object"]]')):
        with pytest.raises(ValueError):
            read_disclosure(bad)
    with pytest.raises(ValueError):
        disclose("g", {"p": float("nan")})


def test_a_leaf_too_long_to_be_published_is_refused() -> None:
    with pytest.raises(ValueError, match="over the limit of 65535"):
        write_leaf(kind="k", version=1, number=1, at=START, subject="s" * 65_535, disclosures=[])


if __name__ == "__main__":
    write_golden(renew="--renew" in sys.argv[1:])
