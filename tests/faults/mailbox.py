"""A mail server on loopback that takes every mail slowly and remembers it."""

import socketserver
import threading
import time
from email import message_from_bytes
from email.message import Message
from types import TracebackType


class _Talk(socketserver.StreamRequestHandler):
    """One conversation: as much of SMTP as a client needs that sends."""

    server: "Mailbox"

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        """Answer each word; a mail counts once its last line is here, whoever hears the reply."""
        self._say("220 here")
        while line := self.rfile.readline():
            word = line[:4].decode("ascii", "replace").upper().strip()
            if word == "DATA":
                self._say("354 go on")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                time.sleep(self.server.seconds)
                self.server.keep(message_from_bytes(b"".join(lines)))
            self._say("221 bye" if word == "QUIT" else "250 fine")
            if word == "QUIT":
                return


class Mailbox(socketserver.ThreadingTCPServer):
    """Runs while its block does. mails: everything that was taken, repetitions too. seconds: for each mail."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.seconds = seconds
        self.mails: list[Message] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    def keep(self, mail: Message) -> None:
        """Remember a mail."""
        with self._lock:
            self.mails.append(mail)

    def handle_error(self, *_whom: object) -> None:
        """Say nothing when a sender dies in the middle of a word: that is the drill."""

    @property
    def url(self) -> str:
        """Return the address as SMTP_URL wants it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> "Mailbox":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self._thread.join(10)
        self.server_close()
