"""Signing in and out."""

from __future__ import annotations

from collections.abc import Callable

from builders import Cast, Person
from pages import Browser, text_of
from werkzeug.test import TestResponse

SignIn = Callable[[Browser, Person], TestResponse]


def test_signing_in_leads_to_what_is_due(client: Browser, cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(client, cast.ada).location == "/desk/"
    page = client.get("/account/")
    assert page.status_code == 200
    assert "Ada Adeyemi" in text_of(page)
