"""A file sent with a form: read up to the largest that is kept, and told by its content."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import request
from wtforms.validators import ValidationError

from ledger.domain.evidence import EvidenceFile
from ledger.domain.problems import Refused
from ledger.services.evidence import read_file
from ledger.services.files import LARGEST_FILE, file_name


class UploadField(wtforms.FileField):  # type: ignore[misc] # WTForms ships no types
    """One file. Once the form is checked, `data` describes it and `content` holds its bytes, None where none came."""

    data: EvidenceFile | None
    content: bytes | None = None

    def process(self, formdata: Any, *rest: Any, **more: Any) -> None:
        super().process(None, *rest, **more)  # text sent under this name is no file
        self.data = None
        self.sent = request.files.get(self.name)

    def pre_validate(self, form: Any) -> None:
        if self.sent is None or not self.sent.filename:
            return
        content = self.sent.stream.read(LARGEST_FILE + 1)
        try:
            self.data = read_file(file_name(self.sent.filename), content)
        except Refused as refused:
            raise ValidationError(refused.problems[0].message) from None
        self.content = content

    def ask_again(self) -> None:
        """Browsers never put a file back into a form: say so where the form comes back."""
        if self.data is not None and not self.errors:
            self.errors = ["Choose the file again: a browser does not put it back into a form."]
