"""A file sent with a form: read up to the largest that is kept, and told by its content."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import request
from werkzeug.datastructures import FileStorage
from wtforms.validators import ValidationError

from ledger.domain.errors import Refused
from ledger.domain.evidence import EvidenceFile
from ledger.services.evidence import read_file
from ledger.services.files import LARGEST_FILE, file_name


class SentFileField(wtforms.FileField):  # type: ignore[misc] # WTForms ships no types
    """One file: `sent` is what came, None where nothing did."""

    data: Any
    sent: FileStorage | None

    def process(self, formdata: Any, *rest: Any, **more: Any) -> None:
        super().process(None, *rest, **more)  # text sent under this name is no file
        self.data = None
        sent = request.files.get(self.name)
        self.sent = sent if sent is not None and sent.filename else None

    def ask_again(self) -> None:
        """Browsers never put a file back into a form: say so where the form comes back."""
        if self.sent is not None and not self.errors:
            self.errors = ["Choose the file again: browsers do not keep it in the form."]


class UploadField(SentFileField):
    """A file for evidence. Once the form is checked, `data` describes it and `content` holds its bytes, if one came."""

    data: EvidenceFile | None
    content: bytes | None = None

    def pre_validate(self, form: Any) -> None:
        if self.sent is None:
            return
        content = self.sent.stream.read(LARGEST_FILE + 1)
        try:
            self.data = read_file(file_name(self.sent.filename or ""), content)
        except Refused as refused:
            raise ValidationError(refused.problems[0].message) from None
        self.content = content


class TableField(SentFileField):
    """A table to import, which may be large: it stays where the server put it, and is read from there."""

    def pre_validate(self, form: Any) -> None:
        if self.sent is None:
            raise ValidationError("Choose the file to import.")
