"""How an alert reaches a mailbox: SMTP, one message for all addresses of the channel.

Mail has no history to look through, so its promise is smaller: nothing is lost, and what may have
been sent is sent again. Both copies carry the same Message-ID, by which most mailboxes drop one.
"""

import smtplib
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from wirewatch.alerts.delivery import Done, Never, NotNow, Outcome, Unclear
from wirewatch.channels import Message, Secrets
from wirewatch.channels.email.look import look, subject
from wirewatch.records import Alert, Channel, Standing

_NOBODY = "wirewatch@localhost"


class Email:
    """Some mailboxes, through one mail server."""

    pace = timedelta(seconds=1)

    def __init__(self, to: tuple[str, ...], smtp_url: str, timeout: timedelta) -> None:
        self.to = to
        self._server = urlsplit(smtp_url)
        self._timeout = timeout.total_seconds()

    def post(
        self, message: Message, delivery_id: str, thread_ts: str | None, *, plain: bool = False
    ) -> Outcome:
        """Hand it to the mail server; a reply names the message that it answers."""
        mail = EmailMessage()
        mail["From"] = self._sender()
        mail["To"] = ", ".join(self.to)
        mail["Subject"] = subject(message)
        mail["Date"] = format_datetime(message.at)
        mail["Message-ID"] = _message_id(delivery_id)
        mail["Auto-Submitted"] = "auto-generated"  # no out-of-office answers: RFC 3834
        if thread_ts:
            mail["In-Reply-To"] = mail["References"] = thread_ts
        mail.set_content(look(message))
        return self._hand_over(mail, _message_id(delivery_id))

    def ready(self) -> Outcome | None:
        """Nothing needs to be known."""
        return None

    def find(self, delivery_id: str, since: datetime, thread_ts: str | None) -> Outcome | None:
        """Nobody can look into a mailbox: it counts as not there."""
        return None

    def edit(self, ts: str, alert: Alert, standing: Standing) -> Outcome:
        """What is sent stays; `wirewatch alerts` shows the present counts."""
        return Done(ts)

    def sweep(self, posted: Mapping[str, str], since: datetime, thread_ts: str | None) -> int:
        """Nothing can be taken back."""
        return 0

    def check(self) -> str | None:
        """Whether the mail server is there and lets us in."""
        try:
            with self._connect() as server:
                server.noop()
        except smtplib.SMTPAuthenticationError:
            return "the mail server does not take this user and password: see WIREWATCH_SMTP_URL"
        except (OSError, smtplib.SMTPException) as error:
            return f"the mail server cannot be reached ({type(error).__name__})"
        return None

    def _hand_over(self, mail: EmailMessage, place: str) -> Outcome:
        sending = False
        try:
            server = self._connect()
            try:
                sending = True
                refused = server.send_message(mail)
            finally:
                # It is taken or not by now: how the server says goodbye changes nothing.
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            # 4xx is “not now”, 5xx is “never”: RFC 5321, section 4.2.1.
            return Never("no address was taken") if min(codes) >= 500 else NotNow(None, "not now")
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500:
                return Never(f"the mail server refused it ({error.smtp_code})")
            return NotNow(None, f"the mail server is busy ({error.smtp_code})")
        except (ConnectionRefusedError, socket.gaierror):
            return NotNow(None, "no connection to the mail server")
        except (OSError, smtplib.SMTPException) as error:
            said = f"no answer from the mail server ({type(error).__name__})"
            return Unclear(said) if sending else NotNow(None, said)
        # Others have it: to send it again would double it for them.
        return Done(place, f"not taken for {', '.join(sorted(refused))}" if refused else "")

    def _connect(self) -> smtplib.SMTP:
        host = self._server.hostname or "localhost"
        if self._server.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._server.port or 465, timeout=self._timeout
            )
        else:
            server = smtplib.SMTP(host, self._server.port or 25, timeout=self._timeout)
            if self._server.scheme == "smtp+starttls":
                server.starttls()
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))
        return server

    def _sender(self) -> str:
        user = unquote(self._server.username or "")
        return f"Wirewatch <{user if '@' in user else _NOBODY}>"


def _message_id(delivery_id: str) -> str:
    return f"<{delivery_id}@wirewatch.invalid>"


def open_email(channel: Channel, secrets: Secrets, timeout: timedelta) -> Email:
    """The channel, ready to send. Raises ValueError if no mail server is set."""
    schemes = ("smtp", "smtps", "smtp+starttls")
    if not secrets.smtp_url or urlsplit(secrets.smtp_url).scheme not in schemes:
        raise ValueError(
            f"channel {channel.name}: put the mail server into WIREWATCH_SMTP_URL, for example "
            "smtp+starttls://user:password@mail.example:587"
        )
    return Email(channel.address, secrets.smtp_url, timeout)
