"""One word means one thing: names of classes and modules, and the words that the glossary explains."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.conditions import ConditionState
from ledger.domain.evidence import EvidenceKind, Stance
from ledger.domain.forecasts import Attribution, Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import ReviewState, VerdictBasis
from ledger.domain.wholes import JudgedFrom
from ledger.journal.entries import KINDS
from ledger.store.accounts import Role

# Rows of the glossary's last table, with the enumeration of their values.
VALUES: Mapping[str, type[StrEnum]] = {
    "outcomes": Outcome,
    "claim states": ClaimState,
    "claim kinds": ClaimKind,
    "modalities": Modality,
    "horizon bases": HorizonBasis,
    "checkabilities": Checkability,
    "condition states": ConditionState,
    "attributions": Attribution,
    "stances": Stance,
    "evidence kinds": EvidenceKind,
    "review states": ReviewState,
    "verdict bases": VerdictBasis,
    "judged from": JudgedFrom,
    "roles": Role,
}
# Words that do not describe a module's content, so that no module name may contain them.
EMPTY_WORDS = {
    *("util", "utils", "utility", "utilities", "helper", "helpers", "manager", "managers", "misc", "stuff", "things"),
    *("common", "shared", "generic", "various", "several", "extra", "extras", "more", "other", "others", "then", "now"),
}
# Words that are too vague alone, but not with another word (kept what, a part of what).
EMPTY_ALONE = {"kept", "showing", "large", "parts", "pieces", "numbers", "answers", "asking", "answering", "operating"}
# A script that readers run outside the ledger. It shares no code with it, so its class names may recur.
STANDS_ALONE = {"queries/exports/recompute.py"}
# Modules are named by nouns for their content. These words end in -ing and are nouns of the field.
NOUNS_IN_ING = {
    "scoring",  # giving forecasts their scores, as the literature calls it
    "building",  # of mails: ledger.mail.building makes them, ledger.mail.sending sends them
    "sending",
    "uploading",  # of files: the field that takes one, and what it refuses
    "encoding",  # of a file: UTF-8, Windows-1252
    "paging",  # through long lists
    "wiring",  # what connects the layers: settings, engine, jobs
}


def classes(folder: Path) -> dict[str, list[str]]:
    """Each class name in a folder, including nested classes, with the modules that define it."""
    found = defaultdict(list)
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(path.relative_to(folder).as_posix())
    return dict(found)


def used_twice(folder: Path) -> dict[str, list[str]]:
    """Names of more than one class, except in stand-alone modules."""
    return {
        name: places
        for name, modules in classes(folder).items()
        if len(places := [module for module in modules if module not in STANDS_ALONE]) > 1
    }


def module_names(folder: Path) -> set[str]:
    """The names of modules and packages in a folder."""
    return {part for path in folder.rglob("*.py") for part in path.relative_to(folder).with_suffix("").parts}


def empty(names: Iterable[str]) -> set[str]:
    """Names that say nothing about the content, as a whole or in one of their words."""
    return {name for name in names if name in EMPTY_ALONE or EMPTY_WORDS & set(name.split("_"))}


def gerunds(names: Iterable[str]) -> set[str]:
    """Names that end in -ing and are not in the list of nouns."""
    return {name for name in names if name.endswith("ing") and name not in NOUNS_IN_ING}


def rows(glossary: str) -> list[tuple[str, str]]:
    """The words of the glossary with their meanings."""
    return re.findall(r"(?m)^\| \*\*(.+?)\*\* \| (.+) \|$", glossary)


def undefined(glossary: str) -> set[str]:
    """Values, and subjects of journal entries, that the glossary does not explain."""
    meanings = dict(rows(glossary))
    found = {kind.subject_kind for kind in KINDS.values()} - meanings.keys()
    for word, values in VALUES.items():
        found |= {f"{word}: {value}" for value in values if f"`{value.value}`" not in meanings.get(word, "")}
    return found


def test_no_two_classes_have_one_name(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text('"""\nclass Readings are words.\n"""\nclass Reading:\n    class Inner: ...\n')
    (tmp_path / "other.py").write_text("def f():\n    class Reading(dict): ...\n\n\nclass Readings: ...\n")
    assert used_twice(tmp_path) == {"Reading": ["one.py", "other.py"]}
    assert len(classes(checkout / "ledger")) > 200
    assert used_twice(checkout / "ledger") == {}
    assert all((checkout / "ledger" / module).is_file() for module in STANDS_ALONE)


def test_no_module_has_a_name_that_says_nothing(checkout: Path) -> None:
    assert empty({"mail_utils", "kept", "kept_pages", "keeper", "claims"}) == {"mail_utils", "kept"}
    assert empty(module_names(checkout / "ledger") | module_names(checkout / "tests")) == set()


def test_modules_are_named_by_nouns(checkout: Path) -> None:
    assert gerunds({"posting", "scoring", "string_table"}) == {"posting"}
    names = module_names(checkout / "ledger")
    assert gerunds(names) == set()
    assert names >= NOUNS_IN_ING, "a noun is allowed that no module uses"


def test_the_glossary_explains_each_word_once(checkout: Path) -> None:
    text = (checkout / "docs" / "contributing" / "glossary.md").read_text("utf-8")
    words = Counter(word for word, _ in rows(text))
    assert len(words) > 80
    assert {word: n for word, n in words.items() if n > 1} == {}
    assert undefined(text) == set()
    spoilt = text.replace("`void`", "").replace("| **claimant** |", "| claimant |")
    assert undefined(spoilt) == {"claim states: void", "claimant"}
