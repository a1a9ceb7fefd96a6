# SPDX-License-Identifier: BSD-2-Clause
"""A directory in which the real daemon plays the sample's week.

Everything that the daemon needs is made in one directory: the sample's own
configuration with the paths of 90-site.conf replaced (what a site would do
by hand), one more file with the clock, the warehouse, and links to plugins
that have been built or installed. The demonstration and the scenario
tests both stand on this; neither knows how the daemon is started.

Nothing here waits by sleeping for a time: it polls for a state, with a limit.
"""
import datetime
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zoneinfo

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ZONE = zoneinfo.ZoneInfo("America/New_York")
START = datetime.datetime(2026, 1, 13, 4, tzinfo=ZONE)
END = datetime.datetime(2026, 1, 20, 14, tzinfo=ZONE)

# Where the configuration has the sample and its data, whatever the prefix.
SAMPLE = re.compile(r'"[^"]*/share/gatewarden/conf\.d/nba(?=[/"])')
STATE = re.compile(r'"[^"]*/lib/gatewarden/nba(?=[/"])')


class Failed(Exception):
    """Something is not as it should be; the text is for the reader."""


def wait_for(what, seconds, probe, pause=0.05):
    """Polls until `probe` gives something, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Failed(f"waited {seconds} s for {what}")
        time.sleep(pause)


def ms(instant):
    return int(instant.timestamp() * 1000)


def shown(at_ms, form="%m-%d %H:%M"):
    """An instant of the journal as New York reads it."""
    return datetime.datetime.fromtimestamp(at_ms / 1000, ZONE).strftime(form)


def program(build, name):
    """A program of a build tree, or of a prefix."""
    for path in (*sorted(glob.glob(os.path.join(build, "core", "*", name))),
                 *(os.path.join(build, d, name)
                   for d in ("sbin", "bin", "libexec"))):
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise Failed(f"there is no {name} in {build}")


class Stage:
    def __init__(self, build, directory, speed, start=START):
        self.build = os.path.abspath(build)
        self.dir = os.path.abspath(directory)
        self.speed, self.start_at = speed, start
        self.conf = os.path.join(self.dir, "conf.d")
        self.plugins = os.path.join(self.dir, "plugins")
        self.socket = os.path.join(self.dir, "control")
        self.state = os.path.join(self.dir, "state")
        self.warehouse = os.path.join(self.dir, "warehouse.db")
        self.log = os.path.join(self.dir, "daemon.log")
        self.daemon = None

    # ---- making it

    def make(self):
        for path in (self.conf, self.plugins, self.state):
            os.makedirs(path, mode=0o700, exist_ok=True)
        self.link_plugins()
        for path in sorted(glob.glob(os.path.join(HERE, "*.conf"))):
            self.copy(path)
        self.add("00-demo.conf", self.clock())
        subprocess.run([os.path.join(HERE, "bin", "build_warehouse"),
                        os.path.join(HERE, "sample"), self.warehouse],
                       check=True)

    def link_plugins(self):
        for pattern in ("plugins/**/.libs/*.so", "tests/**/.libs/*.so",
                        "lib/gatewarden/plugins/*.so"):
            for path in glob.glob(os.path.join(self.build, pattern),
                                  recursive=True):
                link = os.path.join(self.plugins, os.path.basename(path))
                if not os.path.lexists(link):
                    os.symlink(path, link)

    def copy(self, path):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        text = SAMPLE.sub('"' + HERE, STATE.sub('"' + self.dir, text))
        self.add(os.path.basename(path), text)

    def add(self, name, text):
        with open(os.path.join(self.conf, name), "w", encoding="utf-8") as f:
            f.write(text)

    def clock(self):
        begin = self.start_at.strftime("%Y-%m-%d %H:%M")
        return (f'state_dir = "{self.state}";\n'
                f'socket = "{self.socket}";\n'
                f'clock = {{ start = "{begin}";'
                ' timezone = "America/New_York";'
                f' speed = {float(self.speed)}; }};\n')

    # ---- running it

    def run(self, wait=60):
        with open(self.log, "ab") as log:
            self.daemon = subprocess.Popen(
                [program(self.build, "gatewardend"),
                 "--config", self.conf, "--plugin-dir", self.plugins,
                 "--host", program(self.build, "gatewarden-host")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.dir)
        wait_for("the daemon to answer", wait, self.answers)

    def answers(self):
        self.must_live()
        return self.gatewarden("status", "--json").returncode == 0

    def alive(self):
        return self.daemon is not None and self.daemon.poll() is None

    def must_live(self):
        if not self.alive():
            code = self.daemon.returncode if self.daemon else None
            raise Failed(f"the daemon has ended (status {code}):\n"
                         + self.tail())

    def tail(self, lines=15):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as f:
                return "".join(f.readlines()[-lines:])
        except FileNotFoundError:
            return "(no log)"

    def go_on_at(self, speed):
        """The same daemon on the same journal, its clock at another speed.
        What waits for a far end would wait for as much longer."""
        wait_for("the outbox to be empty", 60, self.all_told)
        self.stop()
        self.speed = speed
        self.add("00-demo.conf", self.clock())
        self.run()
        wait_for("the checks to run again", 60, self.measured)

    def all_told(self):
        return all(m.get("delivered_at") or m.get("gave_up_at")
                   for m in self.export() if m.get("message"))

    def measured(self):
        status = self.ask("status")
        return (status["checks_ran"] == status["checks_owed"]
                and status["daemon"]["calls_under_way"] == 0)

    def kill(self):
        self.daemon.kill()
        self.daemon.wait()

    def stop(self):
        if not self.alive():
            return
        self.gatewarden("shutdown")
        try:
            self.daemon.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed("the daemon did not stop within 60 s") from None

    # ---- asking it

    def client(self):
        return [program(self.build, "gatewarden"), "--socket", self.socket]

    def gatewarden(self, *words):
        return subprocess.run([*self.client(), *words], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=60, check=False)

    def ask(self, *words):
        """The JSON answer of a verb."""
        p = self.gatewarden(*words, "--json")
        try:
            return json.loads(p.stdout)
        except ValueError:
            raise Failed(f"gatewarden {' '.join(words)}: status "
                         f"{p.returncode}: {p.stderr or p.stdout}") from None

    def now(self):
        """The virtual instant, in ms."""
        self.must_live()
        return instant(self.ask("status")["now"])

    def export(self):
        """The whole journal, a list of its lines."""
        p = self.gatewarden("journal", "export")
        if p.returncode != 0:
            raise Failed(f"journal export: {p.stderr}")
        return [json.loads(line) for line in p.stdout.splitlines()]

    def follow(self):
        """The stream of events, as a process to read from."""
        return subprocess.Popen(
            [*self.client(), "events", "--follow", "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)

    def clear(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def instant(value):
    """ms of an instant as the client says it: a number or RFC 3339."""
    if isinstance(value, (int, float)):
        return int(value)
    return int(datetime.datetime.fromisoformat(
        re.sub(r"Z$", "+00:00", value)).timestamp() * 1000)


def say(text=""):
    print(text, flush=True)


def complain(text):
    print(text, file=sys.stderr, flush=True)
