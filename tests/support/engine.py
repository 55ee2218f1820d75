"""Browsers that are not Chromium: Firefox and WebKit, spoken to without a package.

Both understand the commands of W3C WebDriver. Debian's WebKitWebDriver takes them over HTTP, and
drives the MiniBrowser that comes with it, the engine of Safari; it needs a screen, which Xvfb
gives. Firefox takes them as JSON over a socket of its own ("Marionette"), so that geckodriver,
which Debian 12 does not have, is not needed.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIREFOX: Final = "MEDIA_SERVER_FIREFOX"
WEBKIT: Final = "MEDIA_SERVER_WEBKIT"
_START_S: Final = 60.0
_ANSWER_S: Final = 30.0
_WAIT_S: Final = 10.0
_POLL_S: Final = 0.05
_DESKTOP: Final = (1280, 800)
_KEYS: Final = {
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
}
# Pointers that are a mouse's, and nothing that asks anybody outside.
_PREFERENCES: Final[Mapping[str, object]] = {
    "marionette.port": 0,
    "remote.prefs.recommended": True,
    "browser.startup.page": 0,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "termsofuse.bypassNotification": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "intl.accept_languages": "en-GB",
    "media.autoplay.default": 0,
    "ui.primaryPointerCapabilities": 6,
    "ui.allPointerCapabilities": 6,
    "dom.w3c_touch_events.enabled": 1,
}
_CONSOLE: Final = """
    const found = Services.console.getMessageArray()
        .filter((one) => one instanceof Ci.nsIScriptError && !(one.flags & one.warningFlag))
        .map((one) => `${one.errorMessage} @${one.sourceName}`)
        .filter((text) => text.includes('127.0.0.1'));
    Services.console.reset();
    return found;
"""
# MiniBrowser, when driven, writes its console nowhere: the page itself notes what it can.
_NOTING: Final = """
    const noted = (window.noted = []);
    addEventListener('error', ({ message }) => noted.push(message));
    addEventListener('unhandledrejection', ({ reason }) => noted.push(String(reason)));
    document.addEventListener('securitypolicyviolation', (one) =>
        noted.push(`${one.violatedDirective}: ${one.blockedURI}`));
"""
_NOTED: Final = "return window.noted?.splice(0) ?? []"


class Engine:
    """A browser with one window, and what can be done in it."""

    name: str

    def goto(self, address: str) -> None:
        """Load a page, and wait until it is loaded."""
        raise NotImplementedError

    def execute(self, script: str, *args: object) -> Any:
        """Run a function's body in the page. Gives what it returns."""
        raise NotImplementedError

    def perform(self, sources: list[dict[str, Any]]) -> None:
        """Do what hands do: WebDriver 17 (Actions)."""
        raise NotImplementedError

    def back(self) -> None:
        """Go one entry back in the history."""
        raise NotImplementedError

    def complaints(self) -> list[str]:
        """Errors on the console since the last time, those of the page's policy too."""
        raise NotImplementedError

    def close(self) -> None:
        """End it."""
        raise NotImplementedError

    def wait(self, condition: str, limit_s: float = _WAIT_S) -> Any:
        """Wait until an expression is true in the page.

        Returns:
            What it is then.

        Raises:
            AssertionError: it never was.
        """
        end_s = time.monotonic() + limit_s
        while not (found := self.execute(f"return ({condition})")):
            assert time.monotonic() < end_s, f"{self.name}: never true: {condition}"
            time.sleep(_POLL_S)
        return found

    def press(self, *keys: str) -> None:
        """Press keys, one after the other: signs, or names such as Enter."""
        actions = [
            {"type": kind, "value": _KEYS.get(key, key)}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        self.perform([{"type": "key", "id": "keys", "actions": actions}])

    def click(self, selector: str) -> None:
        """Click the middle of the first element that is there, once it is."""
        visible = f"[...document.querySelectorAll({json.dumps(selector)})].find((one) => {{"
        visible += "const box = one.getBoundingClientRect(); return box.width && box.top >= 0; })"
        self.wait(f"!!{visible}")
        script = f"const box = {visible}.getBoundingClientRect();"
        script += "return [box.x + box.width / 2, box.y + box.height / 2];"
        self.drag([tuple(self.execute(script))])

    def drag(self, points: Iterable[tuple[float, float]], kind: str = "mouse") -> None:
        """Come down at the first point, pass the others, and let go. In CSS pixels."""
        moves = [
            {"type": "pointerMove", "duration": 25, "x": round(x), "y": round(y)} for x, y in points
        ]
        actions = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:]]
        actions.append({"type": "pointerUp", "button": 0})
        pointer = {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}}
        self.perform([{**pointer, "actions": actions}])


class Firefox(Engine):
    """Firefox without a screen."""

    name = "Firefox"

    def __init__(self, program: str, folder: Path) -> None:
        """Start it.

        Args:
            program: path of the browser.
            folder: empty, for its profile.
        """
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in _PREFERENCES.items())
        (folder / "user.js").write_text("\n".join(lines))
        # The console of the browser itself tells of policies: for that a flag is needed.
        flags = ["--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
        self._process = subprocess.Popen(
            [program, *flags, "--profile", str(folder)],
            env={**os.environ, "HOME": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._socket = _connected(folder / "MarionetteActivePort", self._process)
            self._buffer = self._socket.makefile("rb")
            self._number = 0
            self._read()
            self._ask("WebDriver:NewSession", {"capabilities": {}})
            width, height = _DESKTOP
            self._ask("WebDriver:SetWindowRect", {"width": width, "height": height + 86})
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def goto(self, address: str) -> None:
        self._ask("WebDriver:Navigate", {"url": address})

    def execute(self, script: str, *args: object) -> Any:
        asked = {"script": script, "args": args, "sandbox": None}
        return self._ask("WebDriver:ExecuteScript", asked)["value"]

    def perform(self, sources: list[dict[str, Any]]) -> None:
        self._ask("WebDriver:PerformActions", {"actions": sources})
        self._ask("WebDriver:ReleaseActions")

    def back(self) -> None:
        self._ask("WebDriver:Back")

    def complaints(self) -> list[str]:
        self._ask("Marionette:SetContext", {"value": "chrome"})
        try:
            found: list[str] = self.execute(_CONSOLE)
        finally:
            self._ask("Marionette:SetContext", {"value": "content"})
        return found

    def close(self) -> None:
        with contextlib.suppress(OSError, AssertionError):
            self._ask("Marionette:Quit", {"flags": ["eForceQuit"]})
        self._buffer.close()
        self._socket.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, command: str, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters or {}]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._read()
        assert error is None, f"{command}: {error}"
        return result if isinstance(result, dict) else {}

    def _read(self) -> Any:
        """One message: its length in digits, a colon, JSON."""
        length = bytearray()
        while (sign := self._buffer.read(1)) != b":":
            assert sign, "Firefox is gone"
            length += sign
        return json.loads(self._buffer.read(int(length)))


class WebKit(Engine):
    """WebKit's MiniBrowser on a screen that nobody sees."""

    name = "WebKit"

    def __init__(self, program: str, folder: Path) -> None:
        """Start it.

        Args:
            program: path of WebKitWebDriver.
            folder: empty, for all that it keeps.
        """
        screen, read_fd = _screen()
        self._processes = [screen]
        self._complaints: list[str] = []
        self._session = ""
        try:
            with os.fdopen(read_fd) as display:
                number = display.readline().strip()
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self._port: int = free.getsockname()[1]
            kept = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(folder))
            environment = {**os.environ, **kept, "DISPLAY": f":{number}", "NO_AT_BRIDGE": "1"}
            driver = subprocess.Popen(
                [program, f"--port={self._port}"],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._processes.append(driver)
            self._begin()
        except BaseException:
            self.close()
            raise

    def goto(self, address: str) -> None:
        self._complaints += self.execute(_NOTED)
        self._ask("POST", "/url", {"url": address})
        self.execute(_NOTING)

    def execute(self, script: str, *args: object) -> Any:
        return self._ask("POST", "/execute/sync", {"script": script, "args": args})

    def perform(self, sources: list[dict[str, Any]]) -> None:
        self._ask("POST", "/actions", {"actions": sources})
        self._ask("DELETE", "/actions")

    def back(self) -> None:
        self._ask("POST", "/back", {})

    def complaints(self) -> list[str]:
        found: list[str] = [*self._complaints, *self.execute(_NOTED)]
        self._complaints = []
        return found

    def close(self) -> None:
        if self._session:
            with contextlib.suppress(OSError, AssertionError):
                self._ask("DELETE", "")
        for process in reversed(self._processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()

    def _begin(self) -> None:
        end_s = time.monotonic() + _START_S
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                self._ask("GET", "/status")
                break
            assert time.monotonic() < end_s, "WebKitWebDriver does not answer"
            time.sleep(_POLL_S)
        options = {"binary": _minibrowser(), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._ask("POST", "/session", {"capabilities": wanted})
        self._session = f"/session/{session['sessionId']}"
        width, height = _DESKTOP
        self._ask("POST", "/window/rect", {"width": width, "height": height + 86})

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_ANSWER_S)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, self._session + path, sent)
            response = connection.getresponse()
            value = json.loads(response.read())["value"]
        finally:
            connection.close()
        assert response.status < 400, f"{path}: {value}"
        return value


def find(variable: str, environment: Mapping[str, str] = os.environ) -> tuple[str | None, str]:
    """Where a browser is, or its driver; these are only looked for where they are named.

    Returns:
        Its path, and why there is none.

    Raises:
        AssertionError: there is none where it was named.
    """
    named = environment.get(variable, "")
    if not named:
        return None, f"only with {variable}: see `make browsers`"
    found = shutil.which(named, path=environment.get("PATH", os.defpath))
    assert found is not None, f"{variable} names no program: {named}"
    return found, ""


def _connected(told: Path, process: subprocess.Popen[bytes]) -> socket.socket:
    """A connection to the port that Firefox writes into a file of its profile."""
    end_s = time.monotonic() + _START_S
    while not (told.exists() and (port := told.read_text().strip())):
        assert process.poll() is None, "Firefox has ended"
        assert time.monotonic() < end_s, "Firefox does not start"
        time.sleep(_POLL_S)
    return socket.create_connection(("127.0.0.1", int(port)), timeout=_ANSWER_S)


def _screen() -> tuple[subprocess.Popen[bytes], int]:
    """Xvfb, and what its number can be read from."""
    read_fd, write_fd = os.pipe()
    try:
        flags = ["-displayfd", str(write_fd), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
        process = subprocess.Popen(
            ["Xvfb", *flags],
            pass_fds=[write_fd],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except BaseException:
        os.close(read_fd)
        raise
    finally:
        os.close(write_fd)
    return process, read_fd


def _minibrowser() -> str:
    found = sorted(Path("/usr").glob("lib*/**/webkit*gtk-*/MiniBrowser"))
    assert found, "no MiniBrowser: it comes with Debian's webkit2gtk-driver"
    return str(found[-1])
