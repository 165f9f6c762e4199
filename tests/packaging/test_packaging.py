"""The package as users get it: built, installed into a fresh environment, and run from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

DATA = ("templates", "migrations", "seeds")

# These tests share one build, so one test process runs them all.
pytestmark = pytest.mark.xdist_group("packaging")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command in a clean environment, away from the checkout; its output."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
    environment = {key: value for key, value in os.environ.items() if key in kept}
    ran = subprocess.run([str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, the wheel built from it, and in direct/ the wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--no-isolation")
    run(*build, "--outdir", folder, checkout, cwd=folder)
    run(*build, "--wheel", "--outdir", folder / "direct", checkout, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the wheel installed; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    [wheel] = built.glob("*.whl")
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", wheel, cwd=folder)
    # A .pth file adds the packages of this environment, but not its editable install of the ledger:
    # .pth files in a folder added that way are not read.
    [site] = folder.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def files(archive: Path) -> set[str]:
    """The files of a wheel or an sdist, relative to its top folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {name for name in wheel.namelist() if not name.endswith("/")}
    with tarfile.open(archive) as sdist:
        return {member.name.partition("/")[2] for member in sdist if member.isfile()}


def data_files(checkout: Path, name: str) -> set[str]:
    """The files of a data folder, without caches."""
    found = (path for path in (checkout / name).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(checkout).as_posix() for path in found if not path.name.startswith(".")}


def test_the_wheel_made_from_the_sdist_is_the_wheel_made_from_the_checkout(built: Path) -> None:
    [from_sdist], [direct] = built.glob("*.whl"), (built / "direct").glob("*.whl")
    assert from_sdist.name == direct.name
    assert files(from_sdist) == files(direct)


def test_every_file_of_the_product_is_in_both_and_nothing_else(built: Path, checkout: Path) -> None:
    [wheel], [sdist] = built.glob("*.whl"), built.glob("*.tar.gz")
    package = data_files(checkout, "ledger")
    data = {path for name in DATA for path in data_files(checkout, name)}
    assert {path for path in files(wheel) if ".dist-info/" not in path} == package | {f"ledger/{path}" for path in data}
    top = {"pyproject.toml", "PKG-INFO", "README.md", "CHANGELOG.md", "LICENSE", ".gitignore"}
    assert files(sdist) - top == package | data
    assert all("/.git" not in path and not path.startswith("tests/") for path in files(sdist))


def test_both_contain_the_licence(built: Path, checkout: Path) -> None:
    [wheel], [sdist] = built.glob("*.whl"), built.glob("*.tar.gz")
    text = (checkout / "LICENSE").read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/licenses/LICENSE")]
        [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        assert archive.read(name) == text
        assert b"License-Expression: Apache-2.0" in archive.read(metadata)
    with tarfile.open(sdist) as archive:
        [member] = [member for member in archive if member.name.endswith("/LICENSE")]
        found = archive.extractfile(member)
        assert found is not None and found.read() == text


def test_the_installed_package_stands_alone(installed: Path, checkout: Path, tmp_path: Path) -> None:
    code = (
        "import ledger, ledger.paths, sys; print(ledger.__file__, *map(ledger.paths.data_dir, sys.argv[1:]), sep='\\n')"
    )
    place, *folders = run(installed, "-c", code, *DATA, cwd=tmp_path).split("\n")[:-1]
    fresh = installed.parent.parent
    for path in (place, *folders):
        assert Path(path).is_relative_to(fresh), path
        assert not Path(path).is_relative_to(checkout), path
    assert [Path(folder).parent.name for folder in folders] == ["ledger"] * 3


def test_the_command_runs_from_another_folder(installed: Path, tmp_path: Path) -> None:
    said = run(installed.with_name("ledger"), "--help", cwd=tmp_path)
    assert "Usage: ledger" in said
    assert list(tmp_path.iterdir()) == []  # printing the help writes no file


MIGRATE = """
import sys
from sqlalchemy.orm import Session
from ledger.journal.read import read_head
from ledger.paths import data_dir
from ledger.store.engine import open_engine
from ledger.store.migrations import pending, upgrade

upgrade(data_dir("migrations"), sys.argv[1])
engine = open_engine(sys.argv[1])
assert pending(data_dir("migrations"), engine) == []
with Session(engine) as session:
    print(read_head(session).size)
"""


def test_the_installed_package_migrates_a_new_database(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "-c", MIGRATE, f"sqlite:///{tmp_path / 'new.db'}", cwd=tmp_path).strip() == "0"


def test_every_module_can_be_imported_where_nothing_but_the_package_is(installed: Path, tmp_path: Path) -> None:
    code = (
        "import importlib, pkgutil, ledger\n"
        "names = [m.name for m in pkgutil.walk_packages(ledger.__path__, 'ledger.')]\n"
        "acting = ('ledger.__main__', 'ledger.wsgi')  # these do their work on import\n"
        "names = [n for n in names if n not in acting and n.split('.')[1] != 'migrations']\n"
        "[importlib.import_module(name) for name in names]\n"
        "print(len(names))\n"
    )
    assert int(run(installed, "-W", "error", "-c", code, cwd=tmp_path)) > 50


def test_a_missing_folder_is_reported_with_what_to_do(installed: Path, tmp_path: Path) -> None:
    code = "from ledger.paths import data_dir\ntry: data_dir('nowhere')\nexcept FileNotFoundError as e: print(e)"
    assert "install the package again" in run(installed, "-c", code, cwd=tmp_path)
