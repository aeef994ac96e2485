# SPDX-License-Identifier: Apache-2.0
"""Chromium without a window, driven by its own protocol over two pipes."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile


class BrowserError(Exception):
    """The browser ended, or refused a command."""


class Browser:
    """One process of chromium; `with` ends it."""

    def __init__(self):
        self.program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if self.program is None:
            raise BrowserError("no chromium is installed; scripts/setup pages installs it")

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="loadline-pages-")
        to_browser, self.to = os.pipe()
        self.back, from_browser = os.pipe()

        def as_3_and_4():
            # Through numbers that are in nobody's way.
            one, other = os.dup2(to_browser, 103), os.dup2(from_browser, 104)
            os.dup2(one, 3)
            os.dup2(other, 4)

        self.process = subprocess.Popen(
            [self.program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
             "--remote-debugging-pipe", f"--user-data-dir={self.home}", "about:blank"],
            preexec_fn=as_3_and_4, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)
        self.numbers = itertools.count(1)
        self.unread = b""
        self.events = []
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
        except BrowserError:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait()
        os.close(self.to)
        os.close(self.back)
        shutil.rmtree(self.home, ignore_errors=True)

    def read(self):
        """The next message of the browser."""
        while b"\0" not in self.unread:
            more = os.read(self.back, 1 << 20)
            if not more:
                raise BrowserError("the browser ended")
            self.unread += more
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        """A command's answer; events that come before it are kept."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        try:
            rest = memoryview(json.dumps(message).encode() + b"\0")
            while rest:
                rest = rest[os.write(self.to, rest):]
        except BrokenPipeError as error:
            raise BrowserError("the browser ended") from error
        while True:
            answer = self.read()
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, event, session):
        """Until the event has come."""
        while not any(one.get("method") == event and one.get("sessionId") == session for one in self.events):
            self.events.append(self.read())


class Tab:
    """A page of the browser at a width, in a scheme of colours, with or without script; `with` closes it."""

    def __init__(self, browser, width, scheme="light", script=True, media=""):
        self.browser, self.width, self.scheme, self.script, self.media = browser, width, scheme, script, media

    def __enter__(self):
        self.target = self.browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=self.width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media=self.media, features=[{"name": "prefers-color-scheme", "value": self.scheme}])
        self.call("Emulation.setScriptExecutionDisabled", value=not self.script)
        return self

    def __exit__(self, *_):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def open(self, path):
        """Loads a file and waits until all of it is there."""
        self.browser.events.clear()
        self.call("Page.navigate", url=f"file://{path}")
        self.browser.wait_for("Page.loadEventFired", self.session)

    def complaints(self):
        """What the browser said of the page: violations of its policy, errors of its script."""
        self.evaluate("0")  # what was said before this has come
        said = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            if event["method"] == "Log.entryAdded":
                said.append(event["params"]["entry"]["text"])
            elif event["method"] == "Runtime.exceptionThrown":
                said.append(event["params"]["exceptionDetails"]["text"])
        return said

    def evaluate(self, expression):
        """The value of an expression of JavaScript; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(answer["exceptionDetails"].get("exception", {}).get("description", "an exception"))
        return answer["result"].get("value")

    def content_width(self):
        return self.call("Page.getLayoutMetrics")["cssContentSize"]["width"]

    def screenshot(self, path=None, whole=False):
        """A picture of what is seen, or of the first 6000 pixels of the page."""
        more = {}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            more = {"captureBeyondViewport": True,
                    "clip": {"x": 0, "y": 0, "width": self.width, "height": min(size["height"], 6000), "scale": 1}}
        picture = base64.b64decode(self.call("Page.captureScreenshot", format="png", **more)["data"])
        if path:
            with open(path, "wb") as file:
                file.write(picture)
        return picture
