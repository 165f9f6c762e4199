"""Access control: every route with every method refuses everybody who lacks the role. Undeclared routes are closed."""

from __future__ import annotations

import pytest
from support.pages import Browser
from support.sweeps import METHODS, addresses, everywhere, rules
from support.world import ROLES, World, make_app
from werkzeug.test import TestResponse

from ledger.store.accounts import Role
from ledger.web.access import PUBLIC, declared

# Independent of the declarations, so that opening a route to everybody needs a change here, too.
CARDS = (
    "/ledger",
    *(
        f"/{one}"
        for one in (
            "claimants/<int:number>",
            "topics/<key>",
            "outlets/<key>",
            "documents/<int:number>",
            "years/<int:number>",
        )
    ),
)
PAGES = {
    *CARDS,
    *(f"{card}/{below}" for card in CARDS for below in ("calls", "choices-and-quantities", "restatements")),
    *("/years", "/claimants/<int:number>/peers", "/claimants/<int:number>/peers/<int:other>"),
    *("/claims", "/claims/<int:number>", "/claimants", "/claimants/<int:number>", "/topics", "/topics/<key>"),
    *("/outlets", "/outlets/<key>", "/documents", "/documents/<int:number>"),
    *("/methodology", "/policies", "/probability-scales", "/coverage", "/corrections", "/about"),
}
OPEN = {
    *("/", "/scorecard.json", "/robots.txt", "/health", "/static/<digest>/<path:name>"),
    *PAGES,
    *(f"{rule}.json" for rule in PAGES),
    *("/account/sign-in", "/account/reset", "/account/reset/<token>", "/account/join/<token>"),
    "/evidence/<int:number>/file",
    *("/claims.csv", "/charts/<key>.<form>"),
    *(f"{card}/{file}" for card in CARDS for file in ("calls.csv", "bundle.zip")),
    *("/unsubscribe/<token>", "/unsubscribe/<token>/undo"),
}
ADMINS = {
    *("/desk/operations", "/desk/operations/messages/<int:number>/requeue", "/desk/policy", "/account/people"),
    *(f"/account/people/<int:account>/{act}" for act in ("role", "close", "open", "invite")),
}
EDITORS = {
    *(f"/desk/reviews/<int:number>/{act}" for act in ("adjudicate", "bring-forward", "reviewers")),
    *(f"/desk/claims/<int:number>/{act}" for act in ("reopen", "void", "reinstate", "split", "merge")),
    "/desk/claims/<int:number>/merge/<int:into>",
    "/desk/claimants/<int:number>/merge",
    *("/desk/imports", "/desk/imports/new", "/desk/imports/<int:number>", "/desk/imports/<int:number>/undo"),
    "/desk/imports/files/<int:number>",
    *(f"/desk/imports/files/<int:number>/{act}" for act in ("columns", "errors.csv", "discard")),
}
CLOSED = {"/account/verify"}  # of Flask-Security, and not used here


def needed(rule: str) -> Role | str | None:
    """The access to a route by the lists above."""
    if rule in OPEN:
        return PUBLIC
    if rule in CLOSED:
        return None
    return Role.ADMIN if rule in ADMINS else Role.EDITOR if rule in EDITORS else Role.REVIEWER


def answer(response: TestResponse) -> str:
    """The guard's decision: `sign in`, `refused`, or `let in` (whatever the view then said)."""
    if response.status_code == 303 and str(response.location).startswith("/account/sign-in?next="):
        return "sign in"
    refused = response.status_code == 403 and "Your role does not include this." in response.text
    return "refused" if refused else "let in"


def expected(need: Role | str | None, who: str) -> str:
    """The decision that is expected of the guard."""
    if need == PUBLIC:
        return "let in"
    if who in ("public", "inactive"):
        return "sign in"
    return "let in" if need is not None and Role(who).covers(Role(need)) else "refused"


def wrong_decisions(world: World, who: str, methods: tuple[str, ...]) -> list[str]:
    """The addresses at which the guard's decision differs from the lists."""
    browser: Browser = world.browser(who)
    wrong = []
    for rule, address in everywhere(world):
        for method in methods:
            response = browser.open(address, method=method)
            if method not in (rule.methods or ()):
                good = response.status_code == 405 or _other_rule(world, address, method)
            elif method == "HEAD":  # its empty body does not show who refused, so it is only compared with GET
                good = response.status_code == browser.get(address).status_code
            else:
                good = answer(response) == expected(needed(str(rule)), who)
            if not good:
                wrong.append(f"{method} {rule}: {response.status_code} for {who}")
    return wrong


def _other_rule(world: World, address: str, method: str) -> bool:
    """Whether another rule takes this method at the same address."""
    return world.app.url_map.bind("ledger.example.org").test(address, method)


def test_the_declarations_match_the_lists(world: World) -> None:
    wrong = {
        str(rule): declared(world.app, rule.endpoint)
        for rule in rules(world)
        if declared(world.app, rule.endpoint) != needed(str(rule))
    }
    assert wrong == {}
    there = {str(rule) for rule in rules(world)}
    assert (OPEN | ADMINS | EDITORS | CLOSED) - there == set(), "a list names a route that is gone"


@pytest.mark.parametrize("who", ROLES)
def test_every_route_refuses_every_role_without_access(world: World, who: str) -> None:
    methods = METHODS if who in ("public", "admin") else ("GET", "POST")
    assert wrong_decisions(world, who, methods) == []


def test_an_undeclared_route_is_closed_to_everybody(world: World) -> None:
    app = make_app(world.sessions)
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to the world")
    other = World(world.url, world.engine, world.sessions, app, world.places)
    for who in ROLES:
        response = other.browser(who).get("/forgotten")
        assert answer(response) == ("sign in" if who in ("public", "inactive") else "refused")
        assert "open to the world" not in response.text


def test_the_sweep_sees_a_route_opened_by_mistake_and_one_without_a_guard(world: World) -> None:
    app = make_app(world.sessions)
    app.view_functions["desk.operator"].access = PUBLIC  # type: ignore[attr-defined] # functions carry attributes
    try:
        other = World(world.url, world.engine, world.sessions, app, world.places)
        assert any("GET /desk/operations:" in line for line in wrong_decisions(other, "editor", ("GET",)))
    finally:
        app.view_functions["desk.operator"].access = Role.ADMIN  # type: ignore[attr-defined] # as it was
    app = make_app(world.sessions)
    app.before_request_funcs[None] = [f for f in app.before_request_funcs[None] if f.__name__ != "guard"]
    unguarded = World(world.url, world.engine, world.sessions, app, world.places)
    (operator,) = (rule for rule in rules(unguarded) if rule.endpoint == "desk.operator")
    assert answer(unguarded.browser("reviewer").get(addresses(unguarded, operator)[0])) == "let in"


def test_the_role_is_read_from_the_database_on_each_request(own_world: World) -> None:
    from ledger.services.accounts import change_role, deactivate

    browser, dora = own_world.browser("dora"), own_world.places.cast.dora
    page = f"/desk/reviews/{own_world.places.reviews['split']}/adjudicate"
    assert answer(browser.get(page)) == "let in"
    with own_world.sessions() as session:
        change_role(session, account=dora.account, role=Role.REVIEWER)
    assert answer(browser.get(page)) == "refused"
    with own_world.sessions() as session:
        deactivate(session, account=dora.account)
    assert answer(browser.get(page)) == "sign in"
