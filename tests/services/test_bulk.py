"""One act on several claims: foreseen one by one, done to all or to none, by the rules that hold for a single one."""

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
from ledger.services.claims.bulk import MOST_AT_ONCE, BulkResult, Many, ManyAct, do_to_many, rehearse
from ledger.services.claims.end_claim import withdraw_claim
from ledger.services.evidence import attach_evidence
from ledger.store.claims import Claim
from ledger.store.reviews import Review

REASON = "They were filed in haste."


def topics(acts: Acts, claim: int) -> tuple[str, ...]:
    return acts.terms(claim).topics


def foreseen(acts: Acts, many: Many) -> dict[int, str]:
    """What a rehearsal says of each claim; nothing may be written by it."""
    before = read_head(acts.session)
    fates = rehearse(acts.session, now=acts.now, by=acts.cast.ada.actor, many=many)
    assert read_head(acts.session) == before
    check_record(acts.session, acts.now.date())
    return {fate.claim: fate.why_not for fate in fates}


def test_topics_are_added_at_the_end_and_a_second_spelling_is_no_second_topic(acts: Acts) -> None:
    one, two = acts.record(topics=("Battle",)), acts.record(topics=("Mosul", "battle"))
    many = Many(ManyAct.ADD_TOPICS, (one, two), ("BATTLE", "Foreign Fighters", "foreign fighters"))
    assert foreseen(acts, many) == {one: "", two: ""}
    assert topics(acts, one) == ("Battle",)
    fates = acts.do(do_to_many, many=many, reason=REASON)
    assert fates == (BulkResult(one), BulkResult(two))
    assert topics(acts, one) == ("Battle", "Foreign Fighters")
    assert topics(acts, two) == ("Mosul", "battle", "Foreign Fighters")


def test_topics_are_removed_however_they_are_spelled(acts: Acts) -> None:
    one, two = acts.record(topics=("Battle", "Mosul")), acts.record(topics=("battle",))
    acts.do(do_to_many, many=Many(ManyAct.REMOVE_TOPICS, (one, two), ("BATTLE", "Unheard of")), reason=REASON)
    assert (topics(acts, one), topics(acts, two)) == (("Mosul",), ())


def test_several_are_withdrawn_with_one_reason(acts: Acts) -> None:
    claims = (acts.record(), acts.record(), acts.record())
    acts.do(do_to_many, many=Many(ManyAct.WITHDRAW, claims[:2]), reason=REASON)
    assert [acts.claim(n).state for n in claims] == [ClaimState.WITHDRAWN, ClaimState.WITHDRAWN, ClaimState.OPEN]
    assert {acts.claim(n).ended_because for n in claims[:2]} == {REASON}


def test_why_a_claim_is_left_out_is_said_for_each(acts: Acts) -> None:
    mine = acts.record()
    judged = acts.record()
    acts.judge(judged, Outcome.TRUE)
    gone = acts.record()
    acts.do(withdraw_claim, claim=gone, reason="Twice.")
    theirs = acts.record(by=acts.cast.dora.actor)
    missing = acts.size + 1_000
    said = foreseen(acts, Many(ManyAct.WITHDRAW, (mine, judged, gone, theirs, missing)))
    assert said[mine] == ""
    assert "has a verdict" in said[judged]
    assert "withdrawn already" in said[gone]
    assert "by whoever recorded it, or by an editor" in said[theirs]
    assert "no such claim" in said[missing]
    assert foreseen(acts, Many(ManyAct.WITHDRAW, (theirs,), editor=True)) == {theirs: ""}
    assert "by an editor" in foreseen(acts, Many(ManyAct.VOID, (judged,)))[judged]
    assert foreseen(acts, Many(ManyAct.VOID, (judged,), editor=True)) == {judged: ""}


def test_one_that_cannot_be_treated_keeps_all_from_it(acts: Acts) -> None:
    one, full = acts.record(), acts.record(topics=tuple(f"Topic {n}" for n in range(MOST_TOPICS)))
    many = Many(ManyAct.ADD_TOPICS, (one, full), ("One more",))
    assert foreseen(acts, many)[one] == "" and "At most" in foreseen(acts, many)[full]
    said = acts.refused(do_to_many, "", many=many, reason=REASON)
    assert said.startswith(f"Claim {full}: At most")
    assert "One more" not in topics(acts, one)


def test_a_claim_that_is_not_there_keeps_all_from_it(acts: Acts) -> None:
    many = Many(ManyAct.WITHDRAW, (acts.record(), 999_999))
    assert acts.refused(do_to_many, "", many=many, reason=REASON) == "Claim 999999: There is no such claim."


def test_a_claim_that_changed_since_it_was_shown_keeps_all_from_it(acts: Acts) -> None:
    one, two = acts.record(), acts.record()
    seen = acts.size
    attach_evidence(acts.session, now=acts.now, by=acts.cast.ada.actor, claim=two, terms=evidence_terms())
    many = Many(ManyAct.WITHDRAW, (one, two))
    with pytest.raises(Stale, match=f"Claim {two} changed meanwhile"):
        acts.fails(do_to_many, many=many, reason=REASON, seen=seen)
    acts.do(do_to_many, many=many, reason=REASON, seen=acts.size)


def test_a_second_time_does_nothing_and_says_so(acts: Acts) -> None:
    claims = (acts.record(), acts.record())
    for many in (Many(ManyAct.ADD_TOPICS, claims, ("Bridges",)), Many(ManyAct.WITHDRAW, claims)):
        seen = acts.size
        acts.do(do_to_many, many=many, reason=REASON, seen=seen)
        size = acts.size
        again = acts.do(do_to_many, many=many, reason=REASON, seen=seen)
        assert all(fate.already for fate in again) and acts.size == size


def test_what_is_done_to_one_counts_for_the_next(acts: Acts) -> None:
    whole = acts.record(judged_from=JudgedFrom.ALL)
    part, other = acts.record(whole=whole), acts.record(whole=whole)
    acts.judge(part, Outcome.TRUE)
    assert acts.claim(whole).outcome is None
    # With the other part gone the whole is judged from the one that is left: so it cannot be withdrawn any more.
    many = Many(ManyAct.WITHDRAW, (other, whole), editor=True)
    assert "has a verdict" in foreseen(acts, many)[whole]
    assert foreseen(acts, Many(ManyAct.WITHDRAW, (whole, other), editor=True)) == {whole: "", other: ""}


@pytest.mark.parametrize("act", [ManyAct.ADD_TOPICS, ManyAct.WITHDRAW])
def test_too_many_none_and_no_reason_are_refused(acts: Acts, act: ManyAct) -> None:
    claim = acts.record()
    named = ("Bridges",) if act.on_topics else ()
    for claims in ((), tuple(range(1, MOST_AT_ONCE + 2))):
        with pytest.raises(Refused, match=r"Choose the claims first|At most 100 claims at once; these are 101"):
            rehearse(acts.session, now=acts.now, by=acts.cast.ada.actor, many=Many(act, claims, named))
        acts.refused(do_to_many, "claims", many=Many(act, claims, named), reason=REASON)
    acts.refused(do_to_many, "reason", many=Many(act, (claim,), named), reason="")
    if act.on_topics:
        acts.refused(do_to_many, "topics", many=Many(act, (claim,)), reason=REASON)


def test_a_rehearsal_leaves_no_review_behind(acts: Acts) -> None:
    claim = acts.record()
    review = review_of(acts.session, claim)
    foreseen(acts, Many(ManyAct.WITHDRAW, (claim,)))
    assert acts.session.scalars(select(Review.id).where(Review.claim_id == claim)).all() == [review]
    assert acts.session.scalars(select(Claim.state).where(Claim.id == claim)).one() is ClaimState.OPEN
