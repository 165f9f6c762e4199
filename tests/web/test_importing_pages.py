"""Importing a file on the web: uploading, mapping, checking, importing, undoing; and all that can go wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, Person
from support.forms import undone
from support.pages import HOST, Browser, forms_of, text_of
from support.samples.csv_files import good_row, good_rows, spoilt_files, written
from support.sweeps import Markup
from support.world import NOW, World
from web.test_uploading import error_at, post_with_file
from werkzeug.test import TestResponse

from ledger.domain.claims import ClaimState
from ledger.formats.columns import COLUMNS
from ledger.formats.registry import CLAIM_FORMATS
from ledger.jobs.context import Context
from ledger.jobs.import_claims import import_claims
from ledger.mail.sending import SmtpSettings
from ledger.paths import data_dir
from ledger.queries.exports.claims_csv import HEADER
from ledger.services.imports.uploads import LARGEST_TABLE
from ledger.store.claims import Claim, Forecast
from ledger.store.imports import ImportFile, ImportPiece, ImportRun, ImportTask
from ledger.web.desk.import_columns import GROUPS, with_the_rest

NEW = "/desk/imports/new"
SignIn = Callable[[Browser, Person], TestResponse]


def context_of(sessions: sessionmaker[Session]) -> Context:
    smtp = SmtpSettings(host="localhost", port=1, security="none", user="", password="", hello="x")
    return Context(sessions, HOST, "The ledger", "ledger@example.org", smtp, "k" * 40, data_dir("templates"))


def send(browser: Browser, content: bytes, name: str = "wire.csv", source: str = "The Wire") -> TestResponse:
    """Upload a file, as a browser does."""
    form = next(form for form in forms_of(browser.get(NEW)) if "file" in form.names)
    data = {key: values[0] for key, values in form.filled(source=source).items()}
    return post_with_file(browser, NEW, data, name, content)


def count(session: Session, table: Any) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"], indirect=True)
def test_a_file_is_sent_mapped_checked_imported_and_undone(
    client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]
) -> None:
    here = context_of(sessions)
    sign_in(client, cast.dora)
    rows = [{"Voices": row.pop("speaker"), "Mood": "grim", **row} for row in good_rows(3)]
    spoilt = {**rows[0], **{k: v for k, v in good_row(9, horizon="soon").items() if k != "speaker"}}
    sent = send(client, written([*rows, spoilt]))
    assert sent.status_code == 303, text_of(sent)
    page = client.get(str(sent.location))
    assert "The fighters return, in case 1." in page.text and "16 columns" not in page.text
    # Headings are matched to columns; a column without a match is required, and the mapping is not lost.
    refused = client.submit(page, topics="")
    assert refused.status_code == 422
    assert "Choose the column that holds this" in error_at(refused, "speaker")
    form = next(form for form in forms_of(refused) if "statement" in form.names)
    assert form.filled()["topics"] == [""] and form.filled()["statement"] != [""]
    places = {option.text: option.attributes["value"] for option in Markup.of(refused.text).all("option")}
    checking = client.submit(refused, speaker=places["Voices"], follow_redirects=True)
    assert "Waiting. The work begins" in text_of(checking) and "<progress" in checking.text
    assert '<noscript><meta http-equiv="refresh"' in checking.text
    with sessions() as session:
        before = count(session, Claim)
    assert import_claims(here, NOW).startswith("Check 1: Rows: 3 new")
    report = client.get(checking.request.path)
    words = text_of(report)
    assert "1 of 4 rows has an error. Nothing is written yet." in words and "Columns left out: Mood, topics." in words
    assert "5 horizon Write the date" in words
    with sessions() as session:
        assert count(session, Claim) == before
    faults = client.get(f"{checking.request.path}/errors.csv")
    assert faults.mimetype == "text/csv" and "attachment" in faults.headers["Content-Disposition"]
    table = list(csv.reader(io.StringIO(faults.text)))
    assert [row[:2] for row in table] == [["row", "column"], ["5", "horizon"]]
    # The row with an error must be confirmed first.
    unsaid = client.submit(report, leave_out=None)
    assert unsaid.status_code == 422 and "Tick this" in error_at(unsaid, "leave_out")
    begun = client.submit(unsaid, leave_out="y", follow_redirects=True)
    assert "Importing the rows" in text_of(begun)
    import_claims(here, NOW)
    done = client.get(begun.request.path, follow_redirects=True)
    assert "3 new, 0 restatements, 0 already on record; 1 with errors, left out." in text_of(done)
    listed = text_of(client.get("/desk/imports"))
    assert "Import 1: The Wire wire.csv, by Dora Dimitrova" in listed and "done" in listed
    with sessions() as session:
        assert count(session, Claim) == before + 3 and count(session, ImportPiece) == 0
    # The import is undone.
    undo = client.get(f"{done.request.path}/undo")
    assert "3 claims would be withdrawn" in text_of(undo)
    empty = client.submit(undo, reason=" ")
    assert empty.status_code == 422 and "Give the reason" in error_at(empty, "reason")
    undoing = client.submit(undo, reason="It was no archive.", follow_redirects=True)
    assert "Withdrawing its claims" in text_of(undoing)
    import_claims(here, NOW)
    assert "3 claims are withdrawn." in text_of(client.get(undoing.request.path))
    with sessions() as session:
        ended = session.scalars(select(Claim).where(Claim.state == ClaimState.WITHDRAWN)).all()
        assert len(ended) == 3 and all("It was no archive." in claim.ended_because for claim in ended)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + bytes(99), "Save it as “CSV UTF-8”"),
        (b"\0\0\0\0", "one column only"),
        (b"only one column\n1", "one column only"),
        (b"a,b\n" * (LARGEST_TABLE // 4 + 1), "larger than 50 MB"),
    ],
    ids=["empty", "spreadsheet", "nuls", "one column", "too large"],
)
def test_an_unreadable_file_has_a_message_at_its_field(world: World, content: bytes, says: str) -> None:
    with undone(world):
        response = send(world.browser("dora"), content)
    assert response.status_code == 422 and says in error_at(response, "file")
    assert 'value="The Wire"' in response.text


def test_the_form_names_the_formats_that_carry_claims(world: World) -> None:
    page = world.browser("dora").get("/desk/imports/new")
    accepted = [e.attributes["accept"] for e in Markup.of(page.text).all("input") if "accept" in e.attributes]
    assert accepted == [",".join(kind for one in CLAIM_FORMATS for kind in one.accepted)]
    assert ".csv" in accepted[0] and all(one.label in text_of(page) for one in CLAIM_FORMATS)


def test_file_and_source_are_required(world: World) -> None:
    browser = world.browser("dora")
    with undone(world):
        response = browser.submit(NEW, source="")
        assert response.status_code == 422
        assert "Choose the file" in error_at(response, "file") and "Name the source" in error_at(response, "source")
        again = send(browser, written(good_rows(1)), source=" ")
        assert "Choose the file again" in error_at(again, "file")
        long = send(browser, written(good_rows(1)), source="x" * 100)
        assert "Choose the file again" in error_at(long, "file") and "at most 80" in error_at(long, "source")
        text = browser.submit(NEW, source="The Wire", file="words under its name")
        assert text.status_code == 422 and "Choose the file" in error_at(text, "file")


def test_only_editors_can_send_thirty_megabytes(world: World) -> None:
    row = written(good_rows(1)).split(b"\r\n", 1)
    content = row[0] + b"\r\n" + row[1] * (30_000_000 // len(row[1]))
    with undone(world):
        assert send(world.browser("dora"), content).status_code == 303
        for who, status in (("ben", 403), ("public", 413)):
            data = {"source": "The Wire", "csrf_token": "none"}
            assert post_with_file(world.browser(who), NEW, data, "wire.csv", content).status_code == status
        large = post_with_file(world.browser("dora"), NEW, {}, "wire.csv", bytes(LARGEST_TABLE + 200_000))
    assert large.status_code == 413 and "a table on the import page 50 MB" in text_of(large)


def test_sending_a_file_twice_imports_it_once(world: World) -> None:
    browser = world.browser("dora")
    with undone(world):
        first, second = (send(browser, written(good_rows(2)), source="Twice") for _ in range(2))
        assert first.location == second.location
        with world.app.extensions["ledger.sessions"]() as session:
            assert session.scalar(select(func.count()).where(ImportFile.source == "Twice")) == 1


def test_each_column_of_files_can_be_chosen(world: World) -> None:
    """Also a new one that has no words of its own yet."""
    page = world.browser("dora").get(f"/desk/imports/files/{world.places.files['new']}/columns")
    [form] = [form for form in forms_of(page) if "statement" in form.names]
    assert set(COLUMNS) - set(form.names) == set()
    last = with_the_rest(GROUPS, [*COLUMNS, "mood_of_it"])[-1]
    assert set(last.columns) - set(GROUPS[-1].columns) == {"mood_of_it"}
    assert last.columns["mood_of_it"] == ("Mood of it", "")


def test_a_column_mapped_twice_is_an_error_at_the_second(world: World) -> None:
    browser = world.browser("dora")
    page = browser.get(f"/desk/imports/files/{world.places.files['new']}/columns")
    taken = dict(next(form for form in forms_of(page) if "note" in form.names).fields)["speaker"]
    response = browser.submit(page, note=taken, register_as="person")
    assert response.status_code == 422
    assert "chosen for “Who said it” as well" in error_at(response, "note")


@pytest.mark.parametrize("name", ["new", "faulty", "waiting"])
def test_somebody_else_s_file_is_closed_to_editors_too(world: World, name: str) -> None:
    number = world.places.files[name]
    browser = world.browser("admin")
    mine = browser.get("/desk/imports")
    assert "on their way in" not in mine.text
    for act in ("", "/columns", "/errors.csv"):
        response = browser.get(f"/desk/imports/files/{number}{act}")
        assert response.status_code == 403 and "Somebody else sent this file" in text_of(response)
    token = next(dict(form.fields)["csrf_token"] for form in forms_of(mine) if "csrf_token" in form.names)
    for act in ("", "/columns", "/discard"):
        response = browser.post(f"/desk/imports/files/{number}{act}", data={"csrf_token": token, "leave_out": "y"})
        assert response.status_code == 403, act


def test_a_file_that_is_gone_says_what_to_do(world: World) -> None:
    browser = world.browser("dora")
    page = browser.get(f"/desk/imports/files/{world.places.files['gone']}")
    assert page.status_code == 200 and "The file was deleted: send it again." in text_of(page)
    with undone(world):
        here = f"/desk/imports/files/{world.places.files['new']}"
        assert browser.submit(f"{here}/columns", to=f"{here}/discard").status_code == 303
        for act in ("", "/columns", "/errors.csv"):
            assert browser.get(here + act).status_code == 404


def test_nothing_new_has_no_button(world: World) -> None:
    page = world.browser("dora").get(f"/desk/imports/files/{world.places.files['known']}")
    assert "Every row is on record already" in text_of(page)
    assert not any("Import" in button.text for button in Markup.of(page.text).all("button"))


def test_a_file_being_imported_cannot_be_discarded(world: World) -> None:
    here = f"/desk/imports/files/{world.places.files['faulty']}"
    browser = world.browser("dora")
    with undone(world):
        page = browser.get(here)
        assert browser.submit(page, leave_out="y").status_code == 303
        assert browser.submit(page, to=f"{here}/discard").status_code == 422
        columns = browser.get(f"{here}/columns")
        assert (columns.status_code, columns.location) == (303, here)
        with world.app.extensions["ledger.sessions"]() as session:
            waiting = select(func.count()).where(ImportTask.finished_at.is_(None), ImportTask.file_id.is_not(None))
            assert session.scalar(waiting) == 2


def test_errors_are_the_same_on_the_web_and_the_command_line(world: World) -> None:
    browser = world.browser("dora")
    for spoilt in list(spoilt_files(41))[::4] + list(spoilt_files(41))[33:]:
        with undone(world):
            sent = send(browser, spoilt.content, source="Spoilt")
            if sent.status_code == 422:
                assert spoilt.says in Markup.of(sent.text).all("main")[0].text, spoilt.how
                continue
            checking = browser.submit(str(sent.location), register_as="", follow_redirects=True)
            assert checking.status_code == 200, spoilt.how
            sessions = world.app.extensions["ledger.sessions"]
            while "Check" in import_claims(context_of(sessions), NOW):
                pass
            report = Markup.of(browser.get(checking.request.path).text).all("main")[0].text
            assert spoilt.says in report, (spoilt.how, report)


def test_headings_and_cells_stay_text(world: World) -> None:
    browser = world.browser("dora")
    evil = {"<script>alert(1)</script>": "=1+1", "": "<img src=x>", "a\0b": "c\0d", **good_row(40, horizon="<b>soon")}
    with undone(world):
        sent = send(browser, written([evil]), source="<i>Evil</i>", name="=cmd.csv")
        page = browser.get(str(sent.location))
        assert page.status_code == 200 and "<script>alert" not in page.text and "<img src=x" not in page.text
        assert "without a heading" in page.text
        checking = browser.submit(page, register_as="person", follow_redirects=True)
        import_claims(context_of(world.app.extensions["ledger.sessions"]), NOW)
        report = browser.get(checking.request.path)
        assert report.status_code == 200 and "<i>Evil" not in report.text


def test_every_forecast_as_a_table(world: World) -> None:
    browser = world.browser()
    answer = browser.get("/claims.csv")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="forecasts.csv"'
    header, *rows = csv.reader(io.StringIO(answer.text))
    assert tuple(header) == HEADER
    assert len(rows) > 30 and all(len(row) == len(header) for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert browser.get("/claims.csv", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert 'href="/claims.csv"' in browser.get("/claims").text


@pytest.mark.parametrize(
    "query",
    [
        "topic=battle",
        "state=withdrawn",
        "modality=could",
        "outcome=true",
        "kind=choice",
        "checkability=too_vague",
        "made_from=2016-09-18&made_to=2016-09-19",
        "q=city",
        "q=-city",
        "q=city&state=open&topic=battle",
        "q=nothingofthekind",
    ],
)
def test_the_csv_is_filtered_like_the_list(world: World, postgres_world: World, query: str) -> None:
    for either in (world, postgres_world):
        browser = either.browser()
        rows = csv.DictReader(io.StringIO(browser.get(f"/claims.csv?{query}").text))
        with either.sessions() as session:
            said = set(session.scalars(select(Forecast.claim_id)))
        found = found_by(browser, query)
        assert {int(row["claim"]) for row in rows} == found & said, query
        assert len(said - found) > 1  # the filter has an effect
        links = re.findall(r'href="/claims\.csv\?([^"]*)"', browser.get(f"/claims?{query}").text)
        assert [sorted(parse_qsl(unescape(link))) for link in links] == [sorted(parse_qsl(query))] * bool(found)


def found_by(browser: Browser, query: str) -> set[int]:
    """The numbers of all claims in a list, over all its pages."""
    numbers: set[int] = set()
    more = ""
    while True:
        page = browser.get(f"/claims.json?{query}{more}").json["data"]["claims"]
        numbers |= {line["id"] for line in page["lines"]}
        if page["before"] is None and page["next_page"] is None:
            assert len(numbers) == page["total"]
            return numbers
        more = f"&before={page['before']}" if page["before"] is not None else f"&page={page['next_page']}"


def test_an_unreadable_filter_does_not_return_all_rows(world: World) -> None:
    response = world.browser().get("/claims.csv?made_from=nonsense")
    assert response.status_code == 422 and "Said from: Write the date" in text_of(response)
    assert world.browser().get("/claims.csv?topic=no-such-topic").status_code == 422


def test_the_csv_is_streamed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read as they are sent: the first part is sent before the last forecast is read."""
    from ledger.formats import csv_reader
    from ledger.web.public import claims

    read = []

    def slowly(*_: object) -> Any:
        for number in range(1_000):
            read.append(number)
            yield [str(number)]

    monkeypatch.setattr(claims, "forecast_rows", slowly)
    client = world.app.test_client()
    answer = client.get("/claims.csv", base_url=HOST, buffered=False)
    first = next(iter(answer.response))
    assert first and len(read) == csv_reader.TOGETHER
    answer.close()


def test_an_import_from_the_command_line_is_listed_and_can_be_undone(world: World) -> None:
    from ledger.services.imports.claim_file import open_table
    from ledger.services.imports.lookup import Options
    from ledger.services.imports.run import import_file

    with undone(world):
        with world.app.extensions["ledger.sessions"]() as session:
            table = open_table(io.BytesIO(written(good_rows(2))), "by-command.csv", {})
            by = world.places.cast.ada.actor
            run, _ = import_file(session, now=NOW, table=table, options=Options("By command", by))
            done = session.get_one(ImportRun, run)
        browser = world.browser("dora")
        assert "as Ada" in text_of(browser.get("/desk/imports")) and done.new + done.known == 2
        assert browser.get(f"/desk/imports/{run}").status_code == 200
