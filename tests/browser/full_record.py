"""A record in which no page is empty, claims are in every state, and some words are far too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

from browser.all_pages import ELSEWHERE, NOBODY, PageToSee, Places, application
from browser.installation import PASSWORD, Installation
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from support.acts import Acts
from support.cast import (
    Cast,
    assessment_terms,
    document_terms,
    evidence_terms,
    forecast_terms,
    introduce_cast,
    judge,
    record,
    resolve,
    review_of,
)
from support.samples.csv_files import good_row, good_rows, written
from support.samples.policies import policy_terms

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.formats.columns import guessed_columns
from ledger.queries.scorecards import scorecard_table
from ledger.services.accounts import Newcomer
from ledger.services.claims.record import record_forecast
from ledger.services.documents import register_document, store_text
from ledger.services.evidence import attach_evidence, retract_evidence
from ledger.services.imports import queue
from ledger.services.imports.uploads import choose_columns, request_import, store_upload
from ledger.services.imports.worker import do_task
from ledger.services.invitations import invite
from ledger.services.passwords import hash_password
from ledger.services.policies import adopt_policy
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.schedule import reopen_claim, snooze_review
from ledger.services.unsubscribe import unsubscribe_token
from ledger.store.accounts import Account, Role
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportRun
from ledger.store.people import Claimant

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def furnish(installation: Installation) -> Places:
    """Fill an installation, so that no page is empty and claims are in every state."""
    now = datetime.now(UTC)
    with installation.sessions() as session:
        cast = introduce_cast(session, now)
        claims = _claims(session, cast, now)
        reviews = {name: review_of(session, number) for name, number in claims.items()}
        account = session.scalars(select(Account).where(Account.email == cast.ben.email)).one()
        token = unsubscribe_token(account, secret_key=installation.settings.secret_key)
        newcomer = Newcomer("new@example.org", f"Nora {LONG}"[:80], Role.REVIEWER, "UTC")
        link = invite(
            session,
            now=now,
            by=cast.admin.actor,
            newcomer=newcomer,
            secret_key=installation.settings.secret_key,
            base_url=installation.url,
        ).link
        hashed = hash_password(PASSWORD, salt=installation.settings.password_salt)
        with write_transaction(session):
            session.execute(
                update(Account)
                .where(Account.password.is_(None), Account.email != newcomer.email)
                .values(password=hashed)
            )
        due_fact = attach_evidence(
            session, now=now, by=cast.ada.actor, claim=claims["due"], terms=evidence_terms(summary=LONG * 3)
        )
        retract_evidence(session, now=now, by=cast.ada.actor, evidence=due_fact, reason="It was another town.")
        standing = attach_evidence(session, now=now, by=cast.ada.actor, claim=claims["due"], terms=evidence_terms())
        store_text(session, now=now, by=cast.ada.actor, document=cast.document, text=f"One. Two {LONG}.\n\nThree.")
        files, run = _imports(session, cast, now)
        keys = {
            kind: [row.key for row in scorecard_table(session, kind, today=now.date()).rows]
            for kind in ("topic", "outlet", "year")
        }
        others = session.scalars(select(Claimant.id).where(Claimant.id != cast.claimant)).all()
    # The first visit requests the charts, and the job draws them for the next one.
    reader = application(installation).test_client()
    for address in ("/ledger", f"/claimants/{cast.claimant}"):
        assert reader.get(address, base_url=installation.settings.base_url).status_code == 200
    installation.run("jobs", "run", "draw-charts")
    number = [{"number": one} for one in claims.values()]
    people = {
        f"account.{name}": ELSEWHERE
        for name in ("change_role", "close_account", "open_account", "send_invitation_again")
    }
    return Places(
        filled={
            "public.claim": number,
            "public.claimant": [{"number": cast.claimant}],
            "public.document": [{"number": cast.document}],
            "public.topic": [{"key": key} for key in keys["topic"]],
            "public.outlet": [{"key": key} for key in keys["outlet"]],
            "public.year": [{"number": int(key)} for key in keys["year"]],
            "public.claimant_calls": [{"number": cast.claimant}],
            "public.document_calls": [{"number": cast.document, "order": "worst"}],
            "public.topic_calls": [{"key": keys["topic"][0], "standing": "judged"}],
            "public.outlet_calls": [{"key": keys["outlet"][0], "p_from": "0.5", "p_to": "1"}],
            "public.year_calls": [{"number": int(keys["year"][0])}],
            "public.claimant_answers": [{"number": cast.claimant}],
            "public.document_answers": [{"number": cast.document, "order": "worst"}],
            "public.topic_answers": [{"key": keys["topic"][0]}],
            "public.outlet_answers": [{"key": keys["outlet"][0], "part": "shared"}],
            "public.year_answers": [{"number": int(keys["year"][0])}],
            "public.claimant_repeats": [{"number": cast.claimant}],
            "public.document_repeats": [{"number": cast.document}],
            "public.topic_repeats": [{"key": keys["topic"][0]}],
            "public.outlet_repeats": [{"key": keys["outlet"][0]}],
            "public.year_repeats": [{"number": int(keys["year"][0])}],
            "public.claimant_peers": [{"number": cast.claimant}],
            "public.claimant_beside": [{"number": cast.claimant, "other": other} for other in others],
            "desk.record_claim": [{"document": cast.document}],
            "desk.record_forecast": [{"number": claims["due"]}],
            "desk.attach_evidence": [{"number": claims["due"]}],
            **{
                f"desk.{act}": [{"number": claims["due"]}]
                for act in ("amend", "judge_condition", "void", "reinstate", "find_other", "split")
            },
            "desk.merge": [{"number": claims["due"], "into": claims["true"]}],
            "desk.withdraw": ELSEWHERE,  # open to its recorder and to editors: see below
            "desk.correct_evidence": [{"number": standing}],
            "desk.retract_evidence": ELSEWHERE,  # open to whoever attached it and to editors: see below
            "desk.describe_claimant": [{"number": cast.claimant}],
            "desk.merge_claimants": [{"number": cast.claimant}],
            **{f"desk.{act}": [{"document": cast.document}] for act in ("read_document", "document_text", "keep_text")},
            "desk.reopen": [{"number": claims["true"]}],
            "desk.review": [{"number": reviews[name]} for name in ("due", "split", "snoozed", "sealed")],
            "desk.assess": [{"number": reviews["due"]}],
            "desk.snooze": [{"number": reviews["due"]}],
            "desk.adjudicate": [{"number": reviews["split"]}],
            "desk.bring_forward": [{"number": reviews["future"]}],
            "desk.reviewers": [{"number": reviews["due"]}],
            "desk.file_columns": [{"number": files["new"]}, {"number": files["faulty"]}],
            "desk.file_to_import": [{"number": files[name]} for name in ("faulty", "waiting")],
            "desk.one_import": [{"number": run}],
            "desk.undo_import": [{"number": run}],
            "account.join": [{"token": link.rpartition("/")[2]}],
            "account.stop_reminders": [{"token": token}],
            "security.reset_password": ELSEWHERE,
            **people,
        },
        more=[
            PageToSee(NOBODY, "/no/such/page", 404),
            PageToSee(NOBODY, "/account/join/no-such-token", 410),
            PageToSee(NOBODY, "/unsubscribe/no-such-token", 404),
            PageToSee(NOBODY, "/claims?q=nothingofthekind"),
            PageToSee(cast.ben.email, "/desk/operations", 403),
            PageToSee(cast.dora.email, "/desk/"),
            PageToSee(cast.dora.email, f"/desk/evidence/{standing}/retract"),
            PageToSee(cast.dora.email, f"/claims/{claims['true']}"),
            PageToSee(cast.dora.email, f"/desk/claims/{claims['due']}/withdraw"),
            PageToSee(cast.dora.email, f"/desk/claims/{claims['due']}/split", 422, "Split it"),
            PageToSee(cast.admin.email, "/policies"),
            PageToSee(cast.admin.email, "/desk/policy", 422, "Adopt the policy"),
            PageToSee(cast.ben.email, f"/desk/documents/{cast.document}/claims/new", 422, "Record the claim"),
            PageToSee(cast.ben.email, f"/desk/reviews/{reviews['due']}/assess", 422, "Submit assessment"),
            PageToSee(cast.dora.email, "/desk/imports/new", 422, "Send the file"),
            PageToSee(cast.dora.email, f"/desk/imports/files/{files['faulty']}", 422, "Import 1 row"),
            PageToSee(cast.dora.email, f"/desk/imports/{run}/undo", 422, "Withdraw 2 claims"),
            PageToSee(NOBODY, "/account/sign-in", 422, "Sign in"),
            PageToSee(cast.ben.email, f"/desk/claims/quick?line=The+{LONG}+stands+by+2030+60%25+{'%23'}{LONG[:50]}"),
            PageToSee(cast.ben.email, "/desk/claims/quick?read=yes", 422),
            PageToSee(cast.ben.email, f"/desk/documents/{cast.document}/claims/new?line=It+stands+by+2030+60%25"),
            PageToSee(cast.ben.email, "/desk/claims?act=add_topics&all=yes", 422),
            PageToSee(cast.ben.email, f"/desk/claims/bulk?act=withdraw&claim={claims['due']}"),
            PageToSee(cast.dora.email, f"/desk/claims/bulk?act=void{''.join(f'&claim={n}' for n in claims.values())}"),
        ],
    )


def _claims(session: Session, cast: Cast, now: datetime) -> dict[str, int]:
    """Claims in every state, some with words wider than any column."""
    claims = {
        "true": resolve(session, cast, now),
        "false": resolve(session, cast, now, Outcome.FALSE, condition="the bridge holds until the winter"),
        "vague": resolve(session, cast, now, Outcome.TOO_VAGUE),
        "due": record(
            session,
            cast,
            now,
            statement=f"The {LONG} of {LONG[:40]} rules, and says so.",
            criteria=f"See https://example.org/{LONG}/{LONG}\n\n| a | b |\n|---|---|\n| `{LONG}` | {LONG} |",
            topics=("Battle", LONG[:60]),
        ),
        "split": record(
            session, cast, now, forecast=forecast_terms(cast.document, cast.claimant, confidence=Confidence.none())
        ),
        "snoozed": record(session, cast, now),
        "sealed": record(session, cast, now),
        "future": record(session, cast, now, horizon=PartialDate(now.year + 2, 1, 1)),
    }
    facts = {
        name: attach_evidence(
            session, now=now, by=cast.ada.actor, claim=claims[name], terms=evidence_terms(summary=f"{LONG}: {name}.")
        )
        for name in ("due", "split", "sealed")
    }
    for person, name, outcome in (
        (cast.ben, "split", Outcome.TRUE),
        (cast.cleo, "split", Outcome.FALSE),
        (cast.ben, "sealed", Outcome.TRUE),
    ):
        terms = assessment_terms(outcome, facts[name], rationale=f"{LONG} says so, see [1].")
        seal_assessment(session, now=now, by=person.actor, review=review_of(session, claims[name]), terms=terms)
    until = (now + timedelta(days=40)).date()
    snooze_review(
        session,
        now=now,
        by=cast.ben.actor,
        review=review_of(session, claims["snoozed"]),
        until=until,
        reason="The count goes on.",
    )
    reopen_claim(session, now=now, by=cast.dora.actor, claim=claims["false"], reason="New evidence came up.")
    judge(session, now, claims["false"], Outcome.TOO_VAGUE)
    claims |= _answered(session, cast, now)
    later = document_terms(title=f"Later: {LONG}", outlet=LONG, published_on=PartialDate(2017, 3))
    document = register_document(session, now=now, by=cast.ada.actor, terms=later)
    record_forecast(
        session,
        now=now,
        by=cast.ada.actor,
        claim=claims["due"],
        forecast=forecast_terms(document, cast.claimant, made_on=PartialDate(2017, 2), hedge="surely"),
    )
    # A second policy, with words too wide for its page, and a claim with its default term.
    terms = policy_terms(default_horizon_months=18, smallest_n=10, rubric=f"True: {LONG}.\n\nFalse: {LONG} not.")
    adopt_policy(session, now=now, by=cast.admin.actor, terms=terms, reason=f"{LONG} asked for it.")
    claims["usual"] = record(session, cast, now, horizon=None, horizon_basis=HorizonBasis.DEFAULT)
    return claims


def _answered(session: Session, cast: Cast, now: datetime) -> dict[str, int]:
    """Choices and a quantity, judged, with words wider than any column."""
    acts, none = Acts(session, cast, now, each=False), Confidence.none()
    shared = acts.forecast(modality=Modality.NUMBER, confidence=none, shares=(0.25, 0.75, 0.0))
    options = Shape(ClaimKind.CHOICE, options=(LONG, f"Not the {LONG}", "neither"), ordered=True)
    between = Shape(ClaimKind.QUANTITY, bounds=Bounds(1_000_000.0, 6e14), unit=LONG[:60])
    claims = {
        "answered": acts.record(shape=options, forecast=shared),
        "named": acts.record(shape=options, forecast=acts.forecast(option=1)),
        "measured": acts.record(shape=between),
    }
    for name, came in (("answered", 3), ("named", 1)):
        acts.judge_choice(claims[name], came)
    fact = acts.attach(claims["measured"])
    acts.judge_as(claims["measured"], assessment_terms(Outcome.FALSE, fact, value=999_999.999))
    return claims


def _imports(session: Session, cast: Cast, now: datetime) -> tuple[dict[str, int], int]:
    """Dora's uploaded files at every stage, with long words and errors, and a finished import."""
    files: dict[str, int] = {}

    def send(name: str, rows: list[dict[str, str]], *, choose: bool = True) -> None:
        by, content = cast.dora.actor, BytesIO(written(rows))
        files[name] = store_upload(session, now=now, by=by, source=LONG, name=f"{LONG}.csv", stream=content)
        if choose:
            columns, terms = guessed_columns(list(rows[0])), {"register_documents": True, "register_as": None}
            choose_columns(session, now=now, by=by, file=files[name], columns=columns, **terms)  # type: ignore[arg-type]

    def work() -> None:
        while task := queue.take(session, now=now):
            told = do_task(session, now=now, task=task, progress=lambda done, total: None)
            queue.finish(session, now=now, task=task, summary=told)

    send("done", good_rows(2))
    work()
    request_import(session, now=now, by=cast.dora.actor, file=files["done"], leave_out=False)
    work()
    send("faulty", [{LONG: LONG * 3, **good_row(5)}, {LONG: "", **good_row(6, horizon=LONG)}])
    work()
    send("new", [{LONG: LONG * 3, **good_row(7)}], choose=False)
    send("waiting", good_rows(3))
    run = session.scalars(select(ImportRun.id)).one()
    return files, run
