"""A mail server on 127.0.0.1 that keeps what it takes, and refuses or hangs up where it is told."""

import email
import socketserver
import threading
from email.message import Message
from typing import Any


class FakeMail:
    """`rcpt`, `data` and `quit` are the code to answer there, or “hang up”. Use it as a context."""

    def __init__(self, refuse: str = "", **answers: int | str) -> None:
        self.refuse = refuse
        self.answers = answers
        self.mails: list[Message] = []
        fake = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.say(220)
                while line := self.rfile.readline():
                    verb = line.split()[0].upper().decode() if line.split() else ""
                    if verb == "DATA":
                        self.say(354)
                        lines = iter(self.rfile.readline, b".\r\n")
                        taken = b"".join(lines)
                        if not self.answered("data"):
                            return
                        if "data" not in fake.answers:
                            fake.mails.append(email.message_from_bytes(taken))
                    elif verb == "RCPT":
                        if fake.refuse and fake.refuse.encode() in line:
                            self.say(550)
                        elif not self.answered("rcpt"):
                            return
                    elif verb == "QUIT":
                        self.answered("quit", 221)
                        return
                    else:
                        self.say(250)

            def answered(self, step: str, usual: int = 250) -> bool:
                code = fake.answers.get(step, usual)
                if code == "hang up":
                    return False
                self.say(int(code))
                return True

            def say(self, code: int) -> None:
                self.wfile.write(f"{code} so it is\r\n".encode())

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """What WIREWATCH_SMTP_URL would be."""
        return f"smtp://127.0.0.1:{self.server.server_address[1]}"

    def texts(self) -> list[str]:
        """Subject and text of each mail."""
        return [f"{mail['Subject']}\n{_text(mail)}" for mail in self.mails]

    def __enter__(self) -> "FakeMail":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _text(mail: Message) -> str:
    payload: Any = mail.get_payload(decode=True)
    return str(payload.decode("utf-8"))
