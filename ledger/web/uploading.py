"""Form fields for uploaded files: size is limited, and the type is determined from the content."""

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


class SentFileField(wtforms.FileField):
    """One uploaded file in `sent`, or None where no file was chosen."""

    data: Any
    sent: FileStorage | None

    def process(self, formdata: Any, *rest: Any, **more: Any) -> None:
        super().process(None, *rest, **more)  # text sent under this name is ignored: only a file counts
        self.data = None
        sent = request.files.get(self.name)
        self.sent = sent if sent is not None and sent.filename else None

    def ask_again(self) -> None:
        """Add an error that asks for the file again: browsers do not restore it when a form is shown again."""
        if self.sent is not None and not self.errors:
            self.errors = ["Choose the file again: browsers do not keep it in the form."]


class UploadField(SentFileField):
    """A file for evidence. After validation, `data` describes it and `content` holds its bytes; None if none came."""

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
    """A table to import. It may be large, so it is read from the server's temporary file."""

    @property
    def required_file(self) -> FileStorage:
        """The file, after validation. Raises ValueError where none was sent."""
        if self.sent is None:
            raise ValueError("no file came with the form: validate the form first")
        return self.sent

    def pre_validate(self, form: Any) -> None:
        if self.sent is None:
            raise ValidationError("Choose the file to import.")
