"""Rows for every table at each revision, inserted by raw SQL: the models change, and these must not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

NOON, LATER, DAY = "2026-11-22 12:00:00.000001", "2026-11-22 12:05:00.000001", "2018-01-01"

# By revision, in the order of insertion. Texts contain what is easily damaged: other scripts, quotes, emoji.
ROWS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "20261130_0000": [
        ("actor", {"id": "a1", "name": "Ada Ödegård"}),
        (
            "account",
            {
                **{"id": 1, "email": "ada@example.org", "password": None, "active": True, "role": "reviewer"},
                **{"actor_id": "a1", "fs_uniquifier": "u1", "confirmed_at": None, "time_zone": "Europe/London"},
                **{"wants_reminders": True, "created_at": NOON},
            },
        ),
        ("draft", {"key": "k1", "account_id": 1, "path": "/desk", "fields": '[["a", "ü"]]', "kept_at": NOON}),
        ("rate_count", {"key": "sign-in", "count": 3, "expires_at": 1795348800.5}),
        (
            "entry",
            {"number": 1, "kind": "k", "at": NOON, "subject": "actor/a1", "leaf": b"{}", "leaf_hash": b"\0" * 32},
        ),
        ("disclosure", {"number": 1, "disclosures": "WyJzIl0"}),
        (
            "claimant",
            {
                **{"id": 4, "name": "Paula “P” Pundit", "fingerprint": "f4", "kind": "person", "about": "", "url": ""},
                **{"links": '["https://p.example"]', "merged_into": None},
            },
        ),
        ("claimant_alias", {"fingerprint": "f4a", "claimant_id": 4, "name": "P. Pundit"}),
        (
            "document",
            {
                **{"id": 5, "title": "Title", "outlet": "Outlet", "outlet_slug": "outlet", "url": ""},
                **{"published_on": "2016-10", "published_basis": "", "fingerprint": "f5"},
            },
        ),
        ("author", {"document_id": 5, "position": 0, "name": "小林 さくら"}),
        (
            "claim",
            {
                **{"id": 6, "statement": "سيعود 🔥", "criteria": "c", "horizon": "2017", "horizon_basis": "stated"},
                **{"horizon_note": "", "condition": "", "condition_state": "unknown", "condition_reason": ""},
                **{"kind": "quantity", "baseline": "", "metric": "", "low_bound": 0.1, "high_bound": None},
                **{"low_strict": True, "high_strict": False, "unit": "people", "ordered": False, "options": "[]"},
                **{"whole_id": None, "judged_from": "itself", "checkability": "checkable", "checkability_reason": ""},
                **{"base_rate": None, "base_rate_note": "", "fingerprint": "f6", "recorded_by": "a1"},
                **{"recorded_at": NOON, "state": "resolved", "outcome": "true", "due_on": None, "ended_because": ""},
                **{"policy": "2", "became": "[]", "changed": 9},
            },
        ),
        ("claim_topic", {"claim_id": 6, "slug": "عراق", "position": 0, "name": "عراق"}),
        (
            "forecast",
            {
                **{"id": 7, "claim_id": 6, "document_id": 5, "made_on": "2016-10", "modality": "likely"},
                **{"attribution": "own", "hedge": "likely", "locator": "", "paragraph": 1, "first_sentence": 1},
                **{"last_sentence": 2, "words_sha256": "f" * 64, "note": "", "confidence_kind": "verbal", "low": 0.55},
                **{"high": 0.8, "yardstick": "ICD203", "yardstick_version": "2015", "term": "likely"},
                **{"reading": "ours", "option": None, "shares": "[]", "recorded_by": "a1"},
            },
        ),
        ("forecast_claimant", {"forecast_id": 7, "claimant_id": 4}),
        (
            "evidence",
            {
                **{"id": 10, "claim_id": 6, "fingerprint": "f10", "kind": "fact", "stance": "supports"},
                **{"summary": "So it was.", "publisher": "A Ministry", "url": "", "event_on": "2017"},
                **{"published_on": None, "captured_on": None, "reliability": "A", "credibility": "1"},
                **{"source_status": "checked", "checked_in": "", "file_sha256": "e" * 64, "file_name": "c.pdf"},
                **{"file_type": "application/pdf", "file_size": 4, "corrected": None, "retracted": None},
                **{"retracted_because": "", "attached_by": "a1"},
            },
        ),
        (
            "review",
            {
                **{"id": 8, "claim_id": 6, "due_on": DAY, "reason": "its horizon", "policy": "2", "state": "closed"},
                **{"snoozed": None, "fell_due_at": NOON},
            },
        ),
        ("assignment", {"review_id": 8, "actor_id": "a1", "sealed": 11}),
        (
            "assessment",
            {
                **{"id": 11, "review_id": 8, "actor_id": "a1", "sealed_at": NOON, "opened": 12, "outcome": "true"},
                **{"answer": None, "value": 0.5, "certainty": "high", "rationale": "It **was** so."},
            },
        ),
        ("relied_on", {"assessment_id": 11, "evidence_id": 10}),
        (
            "verdict",
            {
                **{"id": 9, "claim_id": 6, "review_id": 8, "outcome": "true", "answer": None, "value": 0.5},
                **{"basis": "consensus", "rationale": "", "decided_by": None, "adopted_at": NOON},
                **{"superseded_by": None},
            },
        ),
        (
            "document_reading",
            {
                **{"id": 13, "document_id": 5, "read_by": "a1", "read_on": DAY, "chosen": "All.", "sentences": 31},
                **{"none_found": False, "note": ""},
            },
        ),
        ("passed_over", {"reading_id": 13, "position": 0, "locator": "p. 2", "gist": "Change.", "reason": "vague"}),
        ("document_text_hash", {"document_id": 5, "sha256": "d" * 64, "paragraphs": 9}),
        ("document_text", {"sha256": "d" * 64, "text": "سيعود\nتماما"}),
        ("stored_file", {"sha256": "e" * 64, "media_type": "application/pdf", "content": b"%PDF"}),
        (
            "policy",
            {
                **{"id": 3, "version": "2", "default_horizon_months": 24, "reviewers_per_claim": 3},
                **{"longest_snooze_days": 180, "yardstick": "PHIA", "smallest_n": 30, "mostly_true": 0.8},
                **{"partly_true": 0.333333, "mostly_false": 0.1, "rubric": "“r”", "reason": "why"},
                **{"adopted_by": "a1", "adopted_at": NOON},
            },
        ),
        (
            "scope",
            {
                **{"key": "topic:iraq/year:2016", "inside": "topic:iraq", "kind": "year", "name": ""},
                **{"recorded": 1, "judged": 1},
            },
        ),
        (
            "tally",
            {
                **{"scope": "ledger", "status": "true", "month": "", "low": -1, "mid": -1, "high": -1},
                **{"modality": "could", "reading": "ours", "n": 1},
            },
        ),
        (
            "sum_tally",
            {
                **{"scope": "ledger", "status": "true", "month": "2018-01", "n": 1, "scored": 1, "ours": 1},
                **{"low": 250_000, "low_rest": 0, "mid": 2**62, "mid_rest": 999_999, "high": 0, "high_rest": 0},
            },
        ),
        (
            "cluster_tally",
            {
                **{"scope": "ledger", "month": "2018-01", "clusters": 1, "n": 2, "scores": 3_000_000_000},
                **{"squares": 2**62, "rest": 999_999, "products": 7, "sizes": 8},
            },
        ),
        ("part_tally", {"whole_id": 6, "scope": "ledger", "month": "", "n": 1, "scores": 3_000_000_000}),
        (
            "unit",
            {
                **{
                    "claimant_id": 0,
                    "status": "true",
                    "month": "",
                    "low": 500_000,
                    "mid": 800_000,
                    "high": 1_000_000,
                },
                **{"modality": "likely", "reading": "ours", "cluster": 6, "claim_id": 6, "forecast_id": 7},
                **{"valid_from": 7, "valid_to": 2_000_000_000, "document_id": 5, "made_on": "2016-10"},
                **{"kind": "quantity", "basis": "stated", "checkability": "checkable"},
            },
        ),
        (
            "restatement",
            {
                **{"claim_id": 6, "claimant_id": 4, "valid_from": 7, "valid_to": 2_000_000_000, "times": 2},
                **{"latest_id": 8, "mid": -1},
            },
        ),
        ("filing", {"claim_id": 6, "slug": "عراق", "valid_from": 6, "valid_to": 2_000_000_000}),
        ("searchable", {"claim_id": 6, "statement": "homecoming", "criteria": "c", "said": "likely", "evidence": ""}),
        ("saved_filter", {"id": 1, "account_id": 1, "name": "Mine", "query": "topic=عراق", "created_at": NOON}),
        (
            "import_run",
            {
                **{"id": 1, "source": "Wire", "file_name": "a.csv", "sha256": "s1", "actor_id": "a1", "state": "done"},
                **{"rows_done": 3, "new": 2, "again": 0, "known": 0, "started_at": NOON, "finished_at": None},
            },
        ),
        ("import_row", {"source": "Wire", "key": "k1", "run_id": 1, "claim": 6, "forecast": 7, "opened": True}),
        (
            "import_file",
            {
                **{"id": 1, "sent_by": "a1", "sent_at": NOON, "touched_at": NOON, "source": "Wire", "name": "a.csv"},
                **{"sha256": "s1", "size": 3, "encoding": "utf-8-sig", "delimiter": ",", "header": '["ü"]'},
                **{"first_rows": "[]", "columns": "[]", "register_documents": True, "register_as": "person"},
                **{"leave_out": False, "checked_at_size": 9, "last_row": 3, "new": 1, "again": 1, "known": 0},
                **{"faulty": 1, "results": "[]", "run_id": 1},
            },
        ),
        ("import_piece", {"file_id": 1, "position": 0, "content": b"\0\xff"}),
        ("import_fault", {"file_id": 1, "position": 0, "row": 3, "column": "b", "message": "Write it."}),
        (
            "import_task",
            {
                **{"id": 1, "kind": "undo", "file_id": None, "run_id": 1, "asked_by": "a1", "asked_at": NOON},
                **{"reason": "why", "done": 0, "total": 2, "lease": None, "lease_until": None, "finished_at": None},
                **{"summary": "", "error": None},
            },
        ),
        (
            "message",
            {
                **{"id": 1, "name": "digest", "account_id": 1, "message_id": "<1@example.org>", "once": None},
                **{"facts": "{}", "state": "sending", "created_at": NOON, "not_before": NOON, "lease_until": LATER},
                **{"lease": "l", "attempts": 1, "sent_at": None, "error": None},
            },
        ),
        (
            "reminder",
            {
                **{"id": 1, "account_id": 1, "review_id": 8, "kind": "due", "due_on": DAY, "period": DAY},
                **{"message_id": 1},
            },
        ),
        ("job_run", {"id": 1, "job": "mail", "started_at": NOON, "finished_at": None, "summary": "", "error": None}),
        (
            "drawing",
            {
                **{"key": "k1", "request": "{}", "wanted_at": NOON, "wanted_on": "2026-11-22", "aside": True},
                **{"tries": 3, "lease": "l", "not_before": LATER, "failed": "سيعود", "drawn_at": NOON, "spec": "{}"},
                **{"band": None, "svg": "<svg/>", "inline": "<svg/>", "png": b"\x89PNG"},
            },
        ),
    ],
}


def insert_rows(connection: Connection, revision: str) -> None:
    """Insert the rows of the newest revision that has rows and is not newer than this one."""
    newest = max(known for known in ROWS if known <= revision)
    quoted = connection.dialect.identifier_preparer.quote
    for table, row in ROWS[newest]:
        columns, places = ", ".join(map(quoted, row)), ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO {quoted(table)} ({columns}) VALUES ({places})"), row)  # noqa: S608 # names of ours
