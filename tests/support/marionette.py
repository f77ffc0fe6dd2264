"""Drive the Firefox of the system by its own remote protocol, without any other program."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds; a browser that does not start should not hold up the tests


def program() -> str | None:
    """Return the path of Firefox, None where it is not installed."""
    return shutil.which("firefox") or shutil.which("firefox-esr")


class Firefox:
    """Hold a connection to a running Firefox."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._file = stream.makefile("rb")
        self._number = 0
        self._read()
        self.do("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})

    def do(self, command: str, **parameters: Any) -> Any:
        """Run a command of WebDriver and return its value."""
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._stream.sendall(f"{len(message)}:".encode() + message)
        _, _, error, result = self._read()
        if error:
            raise AssertionError(f"{error['error']}: {error['message']}")
        return result.get("value") if isinstance(result, dict) else result

    def go(self, address: str) -> None:
        """Open an address and wait until it is loaded."""
        self.do("WebDriver:Navigate", url=address)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page; it returns what it says by `return`."""
        return self.do("WebDriver:ExecuteScript", script=script, args=list(arguments))

    def _read(self) -> Any:
        length = b""
        while (byte := self._file.read(1)) not in (b":", b""):
            length += byte
        return json.loads(self._file.read(int(length)))


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Start Firefox without a window, with a profile of its own in a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"marionette.port": port, "ui.prefersReducedMotion": 1}
    lines = (f"user_pref({json.dumps(key)}, {json.dumps(v)});" for key, v in settings.items())
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [program() or "firefox", "--headless", "--marionette", "--profile", str(folder)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with _connected(port) as stream:
            yield Firefox(stream)
    finally:
        running.terminate()
        running.wait()


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
