# SPDX-License-Identifier: BSD-2-Clause
"""A real browser, headless, through its WebDriver: Debian's chromium and
chromium-driver, and nothing but the standard library.

Each wait has an end. What the browser would ask of a network is counted:
requests are recorded by its own log of performance, and it resolves no name.
"""
import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

SECONDS = 60


def missing():
    """Why there can be no browser here; None: there can."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"there is no {program}: apt-get install chromium " \
                "chromium-driver"
    return None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Browser:
    def __init__(self):
        self.dir = tempfile.TemporaryDirectory(prefix="gatewarden-browser-")
        self.base = f"http://127.0.0.1:{free_port()}"
        self.session = None
        env = dict(os.environ, HOME=self.dir.name, TMPDIR=self.dir.name)
        # its own group, so that all that it starts ends with it
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=" + self.base.rsplit(":", 1)[1]],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, env=env, start_new_session=True)
        try:
            self.begin()
        except BaseException:
            self.close()
            raise

    def begin(self):
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                if self.call("GET", "/status")["ready"]:
                    break
            except (urllib.error.URLError, ConnectionError):
                pass
            if time.monotonic() > deadline:
                raise RuntimeError("chromedriver did not get ready")
            time.sleep(0.05)
        args = ["--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-sync",
                "--disable-component-update", "--disable-extensions",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--user-data-dir=" + os.path.join(self.dir.name, "profile")]
        answer = self.call("POST", "/session", {"capabilities": {
            "alwaysMatch": {"browserName": "chrome", "goog:loggingPrefs": {
                "browser": "ALL", "performance": "ALL"},
                "goog:chromeOptions": {
                    "args": args, "binary": shutil.which("chromium")}}}})
        self.session = "/session/" + answer["sessionId"]

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.load(answer)["value"]

    def ask(self, method, path, body=None):
        return self.call(method, self.session + path, body)

    def devtools(self, command, **params):
        return self.ask("POST", "/goog/cdp/execute",
                        {"cmd": command, "params": params})

    def run(self, script):
        return self.ask("POST", "/execute/sync",
                        {"script": script, "args": []})

    def open(self, path):
        self.ask("POST", "/url", {"url": "file://" + os.path.abspath(path)})

    def size(self, width, height=800):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width,
                      height=height, deviceScaleFactor=1,
                      mobile=width < 600)

    def scheme(self, name):
        self.devtools("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": name}])

    def log(self, kind):
        return self.ask("POST", "/se/log", {"type": kind})

    def requests(self):
        """URLs that were asked for since the last time."""
        found = []
        for entry in self.log("performance"):
            m = json.loads(entry["message"])["message"]
            if m["method"] == "Network.requestWillBeSent":
                found.append(m["params"]["request"]["url"])
        return found

    def screenshot(self, path):
        shot = self.devtools("Page.captureScreenshot",
                             captureBeyondViewport=True)
        with open(path, "wb") as f:
            f.write(base64.b64decode(shot["data"]))

    def close(self):
        try:
            if self.session:
                self.ask("DELETE", "")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        try:
            os.killpg(self.driver.pid, 15)
            self.driver.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.driver.pid, 9)
            self.driver.wait(10)
        self.dir.cleanup()
