"""Static files at addresses that contain a hash of their content, so that browsers may cache them for ever."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory, url_for

from ledger.web.access import public

FOLDER = Path(__file__).parent / "static"


def _hashes() -> dict[str, str]:
    return {
        path.relative_to(FOLDER).as_posix(): sha256(path.read_bytes()).hexdigest()[:16]
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file()
    }


def install(app: Flask) -> None:
    """Serve the folder at /static/<hash>/<name>, and give templates `asset(name)`."""
    hashes = _hashes()

    @public
    def static_file(digest: str, name: str) -> Response:
        if hashes.get(name) != digest:
            abort(404)
        response = send_from_directory(FOLDER, name)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    def asset(name: str) -> str:
        return url_for("static_file", digest=hashes[name], name=name)

    app.add_url_rule("/static/<digest>/<path:name>", "static_file", static_file)
    app.jinja_env.globals["asset"] = asset
