"""Bulk actions: rehearsed for each claim, done to all or to none, by the rules for a single claim."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from support.acts import Acts
from support.cast import evidence_terms, review_of
from support.oracles import check_record

from ledger.domain.claims import MOST_TOPICS, ClaimState
from ledger.domain.errors import Refused, Stale
from ledger.domain.outcomes import Outcome
from ledger.domain.wholes import JudgedFrom
from ledger.journal.read import read_head
from ledger.services.claims.bulk import MOST_AT_ONCE, BulkAct, BulkRequest, BulkResult, act_in_bulk, rehearse
from ledger.services.claims.end_claim import withdraw_claim
from ledger.services.evidence import attach_evidence
from ledger.store.claims import Claim
from ledger.store.reviews import Review

REASON = "They were filed in haste."


def topics(acts: Acts, claim: int) -> tuple[str, ...]:
    return acts.terms(claim).topics


def rehearsed(acts: Acts, request: BulkRequest) -> dict[int, str]:
    """The results of a rehearsal, by claim; it must write nothing."""
    before = read_head(acts.session)
    results = rehearse(acts.session, now=acts.now, by=acts.cast.ada.actor, request=request)
    assert read_head(acts.session) == before
    check_record(acts.session, acts.now.date())
    return {result.claim: result.why_not for result in results}


def test_topics_are_appended_and_other_spellings_are_the_same_topic(acts: Acts) -> None:
    one, two = acts.record(topics=("Battle",)), acts.record(topics=("Mosul", "battle"))
    request = BulkRequest(BulkAct.ADD_TOPICS, (one, two), ("BATTLE", "Foreign Fighters", "foreign fighters"))
    assert rehearsed(acts, request) == {one: "", two: ""}
    assert topics(acts, one) == ("Battle",)
    results = acts.do(act_in_bulk, request=request, reason=REASON)
    assert results == (BulkResult(one), BulkResult(two))
    assert topics(acts, one) == ("Battle", "Foreign Fighters")
    assert topics(acts, two) == ("Mosul", "battle", "Foreign Fighters")


def test_topics_are_removed_however_they_are_spelled(acts: Acts) -> None:
    one, two = acts.record(topics=("Battle", "Mosul")), acts.record(topics=("battle",))
    acts.do(
        act_in_bulk, request=BulkRequest(BulkAct.REMOVE_TOPICS, (one, two), ("BATTLE", "Unheard of")), reason=REASON
    )
    assert (topics(acts, one), topics(acts, two)) == (("Mosul",), ())


def test_several_claims_are_withdrawn_with_one_reason(acts: Acts) -> None:
    claims = (acts.record(), acts.record(), acts.record())
    acts.do(act_in_bulk, request=BulkRequest(BulkAct.WITHDRAW, claims[:2]), reason=REASON)
    assert [acts.claim(n).state for n in claims] == [ClaimState.WITHDRAWN, ClaimState.WITHDRAWN, ClaimState.OPEN]
    assert {acts.claim(n).ended_because for n in claims[:2]} == {REASON}


def test_each_claim_has_its_reason_why_not(acts: Acts) -> None:
    mine = acts.record()
    judged = acts.record()
    acts.judge(judged, Outcome.TRUE)
    gone = acts.record()
    acts.do(withdraw_claim, claim=gone, reason="Twice.")
    theirs = acts.record(by=acts.cast.dora.actor)
    missing = acts.size + 1_000
    said = rehearsed(acts, BulkRequest(BulkAct.WITHDRAW, (mine, judged, gone, theirs, missing)))
    assert said[mine] == ""
    assert "has a verdict" in said[judged]
    assert "withdrawn already" in said[gone]
    assert "by whoever recorded it, or by an editor" in said[theirs]
    assert "no such claim" in said[missing]
    assert rehearsed(acts, BulkRequest(BulkAct.WITHDRAW, (theirs,), editor=True)) == {theirs: ""}
    assert "by an editor" in rehearsed(acts, BulkRequest(BulkAct.VOID, (judged,)))[judged]
    assert rehearsed(acts, BulkRequest(BulkAct.VOID, (judged,), editor=True)) == {judged: ""}


def test_one_refused_claim_refuses_all(acts: Acts) -> None:
    one, full = acts.record(), acts.record(topics=tuple(f"Topic {n}" for n in range(MOST_TOPICS)))
    request = BulkRequest(BulkAct.ADD_TOPICS, (one, full), ("One more",))
    assert rehearsed(acts, request)[one] == "" and "At most" in rehearsed(acts, request)[full]
    said = acts.refused(act_in_bulk, "", request=request, reason=REASON)
    assert said.startswith(f"Claim {full}: At most")
    assert "One more" not in topics(acts, one)


def test_an_unknown_claim_refuses_all(acts: Acts) -> None:
    request = BulkRequest(BulkAct.WITHDRAW, (acts.record(), 999_999))
    assert acts.refused(act_in_bulk, "", request=request, reason=REASON) == "Claim 999999: There is no such claim."


def test_a_claim_changed_since_it_was_shown_refuses_all(acts: Acts) -> None:
    one, two = acts.record(), acts.record()
    seen = acts.size
    attach_evidence(acts.session, now=acts.now, by=acts.cast.ada.actor, claim=two, terms=evidence_terms())
    request = BulkRequest(BulkAct.WITHDRAW, (one, two))
    with pytest.raises(Stale, match=f"Claim {two} changed meanwhile"):
        acts.fails(act_in_bulk, request=request, reason=REASON, seen=seen)
    acts.do(act_in_bulk, request=request, reason=REASON, seen=acts.size)


def test_a_second_time_does_nothing_and_says_so(acts: Acts) -> None:
    claims = (acts.record(), acts.record())
    for request in (BulkRequest(BulkAct.ADD_TOPICS, claims, ("Bridges",)), BulkRequest(BulkAct.WITHDRAW, claims)):
        seen = acts.size
        acts.do(act_in_bulk, request=request, reason=REASON, seen=seen)
        size = acts.size
        again = acts.do(act_in_bulk, request=request, reason=REASON, seen=seen)
        assert all(result.already for result in again) and acts.size == size


def test_each_act_sees_the_effects_of_the_one_before(acts: Acts) -> None:
    whole = acts.record(judged_from=JudgedFrom.ALL)
    part, other = acts.record(whole=whole), acts.record(whole=whole)
    acts.judge(part, Outcome.TRUE)
    assert acts.claim(whole).outcome is None
    # Without the other part the whole is judged from the remaining one, so it can no longer be withdrawn.
    request = BulkRequest(BulkAct.WITHDRAW, (other, whole), editor=True)
    assert "has a verdict" in rehearsed(acts, request)[whole]
    assert rehearsed(acts, BulkRequest(BulkAct.WITHDRAW, (whole, other), editor=True)) == {whole: "", other: ""}


@pytest.mark.parametrize("act", [BulkAct.ADD_TOPICS, BulkAct.WITHDRAW])
def test_too_many_none_and_no_reason_are_refused(acts: Acts, act: BulkAct) -> None:
    claim = acts.record()
    named = ("Bridges",) if act.on_topics else ()
    for claims in ((), tuple(range(1, MOST_AT_ONCE + 2))):
        with pytest.raises(Refused, match=r"Choose the claims first|At most 100 claims at once; these are 101"):
            rehearse(acts.session, now=acts.now, by=acts.cast.ada.actor, request=BulkRequest(act, claims, named))
        acts.refused(act_in_bulk, "claims", request=BulkRequest(act, claims, named), reason=REASON)
    acts.refused(act_in_bulk, "reason", request=BulkRequest(act, (claim,), named), reason="")
    if act.on_topics:
        acts.refused(act_in_bulk, "topics", request=BulkRequest(act, (claim,)), reason=REASON)


def test_a_rehearsal_leaves_no_review_behind(acts: Acts) -> None:
    claim = acts.record()
    review = review_of(acts.session, claim)
    rehearsed(acts, BulkRequest(BulkAct.WITHDRAW, (claim,)))
    assert acts.session.scalars(select(Review.id).where(Review.claim_id == claim)).all() == [review]
    assert acts.session.scalars(select(Claim.state).where(Claim.id == claim)).one() is ClaimState.OPEN
