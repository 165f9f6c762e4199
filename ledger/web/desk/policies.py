"""Adopting a policy, for administrators. The form starts with the policy in force."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from ledger.domain.errors import Problem, Refused
from ledger.domain.outcomes import BETWEEN
from ledger.domain.policies import RANGES, Grades, Policy, PolicyTerms, policy_problems
from ledger.domain.reviews import reason_problems
from ledger.domain.yardsticks import YARDSTICKS
from ledger.queries.policies_page import list_policies
from ledger.services.policies import adopt_policy
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.fields import ChoiceField, CountField, ProbabilityField, ProseField
from ledger.web.forms import LedgerForm, form_page, saved

GRADES = tuple(outcome.value for outcome in BETWEEN)


def _count(label: str, name: str, description: str) -> CountField:
    low, high, what = RANGES[name]
    return CountField(
        label,
        needed=f"Give a number of {what} from {low:,} to {high:,}.",
        description=f"{description} From {low:,} to {high:,}.",
    )


def _grade(outcome: str) -> ProbabilityField:
    return ProbabilityField(f"“{outcome}” counts as", needed="Give a number between 0 and 1, such as 0.5.")


class PolicyForm(LedgerForm):
    """The terms of a policy, and why it is adopted."""

    default_horizon_months = _count(
        "Usual term, in months",
        "default_horizon_months",
        "A claim whose words give no date is judged this long after it was first said.",
    )
    reviewers_per_claim = _count(
        "Reviewers that a verdict needs",
        "reviewers_per_claim",
        "Each assesses the claim without seeing the others' answers.",
    )
    longest_snooze_days = _count("Longest snooze, in days", "longest_snooze_days", "It can be snoozed again.")
    yardstick = ChoiceField(
        "Probability scale for our readings of words",
        choices={key: f"{one.name} ({one.version})" for key, one in YARDSTICKS.items()},
        description="The scale by which we read “likely” as a range, unless the speaker named another.",
    )
    smallest_n = _count(
        "Scored forecasts needed so that figures are not greyed", "smallest_n", "With fewer, chance outweighs skill."
    )
    mostly_true = _grade("Mostly true")
    partly_true = _grade("Partly true")
    mostly_false = _grade("Mostly false")
    rubric = ProseField(
        "What each outcome means",
        description="Reviewers follow it, and readers see it. Plain text: one paragraph for each outcome, with a "
        "blank line between two.",
    )
    reason = ProseField("Why it is adopted", description="It is published with the policy.")
    seen = HiddenField()

    def __init__(self, before: Policy) -> None:
        terms = {name: getattr(before, name) for name in (*RANGES, "yardstick", "rubric")}
        grades = {name: getattr(before.grades, name) for name in GRADES}
        super().__init__(seen=before.version, **terms, **grades)
        self.before = before

    def record_problems(self) -> list[Problem]:
        problems = policy_problems(self.terms())
        if any(self[name].data is None for name in GRADES):  # an unreadable grade cannot be compared with the others
            problems = [problem for problem in problems if problem.field not in GRADES]
        return [*problems, *reason_problems("reason", self.reason.value)]

    def terms(self) -> PolicyTerms:
        """The policy as typed. A field that could not be read keeps its earlier value and has an error of its own."""

        def typed(name: str, before: Any) -> Any:
            return before if self[name].data is None else self[name].data

        return PolicyTerms(
            **{name: typed(name, getattr(self.before, name)) for name in (*RANGES, "yardstick")},
            grades=Grades(*(typed(name, getattr(self.before.grades, name)) for name in GRADES)),
            rubric=self.rubric.data or "",
        ).normal


@desk_pages.route("/policy", methods=["GET", "POST"])
@needs(Role.ADMIN)
def policy() -> Any:
    newest = list_policies(session()).policies[0]
    before = newest.policy
    form = PolicyForm(before)

    def save() -> Response:
        terms, reason = form.terms(), form.reason.value
        try:
            version = adopt_policy(
                session(), now=now(), by=signed_in().actor, terms=terms, reason=reason, seen=form.seen.data or ""
            )
        except Refused:
            if (terms, reason) == (before.terms, newest.reason) and not form.record_problems():
                flash("This policy is in force already: a second click changes nothing.", "notice")
                return redirect(_address(before.version), 303)
            raise
        return saved(_address(version), f"Policy {version} is in force from now on.")

    return form_page(form, "desk/policy.html", save, before=before, changed=before.version)


def _address(version: str) -> str:
    return url_for("public.policies", _anchor=f"policy-{version}")
