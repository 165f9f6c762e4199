"""An editor imports a file in a browser and undoes the import, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from browser.desk import Somebody
from browser.installation import Installation
from playwright.sync_api import BrowserContext, expect
from support.samples.csv_files import good_row, good_rows, written

from ledger.jobs.context import NOTHING
from ledger.store.accounts import Role

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_file_is_imported_and_undone(
    installation: Installation, new_context: Callable[..., BrowserContext], tmp_path: Path, scripts: bool
) -> None:
    name = "Dora Dimitrova" if scripts else "Nora Newman"
    dora = Somebody(
        new_context(java_script_enabled=scripts).new_page(), installation, installation.add(name, Role.EDITOR)
    )
    rows = [{**row, "statement": f"{name}: {row['statement']}"} for row in [*good_rows(2), good_row(3, horizon="soon")]]
    file = tmp_path / "wire.csv"
    file.write_bytes(written([{"Voices": row.pop("speaker"), **row} for row in rows]))

    def work() -> None:
        """Run the job. Without scripts the page would reload itself too, but only after a while."""
        assert installation.run("jobs", "run", "import-claims").strip() != NOTHING
        if not scripts:
            dora.page.reload()

    dora.sign_in("/desk/record")
    dora.follow("Import from a file")
    dora.follow("Import a file")
    dora.page.get_by_label("The file").set_input_files(file)
    dora.fill({"Source": f"Wire of {name}"})
    dora.press("Send the file")
    dora.press("Check the rows")
    problems = dora.page.get_by_role("alert")
    problems.get_by_role("link", name="Who said it").click()
    expect(dora.page.get_by_label("Who said it", exact=True)).to_be_focused()
    dora.fill({"Who said it": "Voices"})
    dora.press("Check the rows")
    expect(dora.page.get_by_role("progressbar", name="Checking the rows")).to_be_visible()
    work()

    # With scripts the page updates itself.
    expect(dora.page.get_by_role("heading", name="What the rows would become")).to_be_visible(timeout=15_000)
    expect(dora.section("Errors").get_by_role("row")).to_have_count(2)
    with dora.page.expect_download() as download:
        dora.follow("All errors as a table (CSV)")
    assert "Write the date" in Path(download.value.path()).read_text("utf-8")
    dora.page.get_by_label("Leave out the row with an error").check()
    dora.press("Import 2 rows")
    expect(dora.page.get_by_role("progressbar", name="Importing the rows")).to_be_visible()
    work()
    expect(dora.page.get_by_role("link", name="Undo the import")).to_be_visible(timeout=15_000)
    expect(dora.page.get_by_role("link", name=f"{name}: The fighters return, in case 1.")).to_be_visible()

    dora.follow("Undo the import")
    dora.fill({"Why it is undone": "It was a try."})
    dora.press("Withdraw 2 claims")
    work()
    expect(dora.page.get_by_text("2 claims are withdrawn.")).to_be_visible(timeout=15_000)
