"""Files as attachments of an e-mail.

What belongs here: the message around them. What does not: the files.
"""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

KINDS = {"pdf": ("application", "pdf"), "xml": ("application", "xml"), "csv": ("text", "csv")}


def mail_bytes(sender: str, subject: str, sent_at: datetime, files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a message with these attachments, the same bytes every time."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, "invoices@payables.example", subject
    message["Date"] = format_datetime(sent_at)
    mark = sha256(f"{sender}{subject}{sent_at}".encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{mark}@mail.example>"
    message.set_content(f"{subject}\r\n\r\nKind regards\r\n")
    for name, content in files:
        main, sub = KINDS.get(name.rpartition(".")[2], ("application", "octet-stream"))
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    message.set_boundary(f"=={mark}==")
    return message.as_bytes()
