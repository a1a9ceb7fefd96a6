# SPDX-License-Identifier: BSD-2-Clause
"""A small site in a directory of its own, for scenarios in which the sample's
week would be in the way: one pipeline of three phases, each done when its
rows stand in a table, and a file that takes the messages.

What a scenario changes it changes as an operator would: by writing a file
into conf.d. What happened is read from the warehouse (`runs`: each line a
process that really ran) and from the journal.
"""
import datetime
import os
import signal
import sqlite3
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "conf.d", "nba", "lib"))

from journal import Journal                            # noqa: E402
from stage import ZONE, Stage, ms, wait_for            # noqa: E402

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
START = datetime.datetime(2026, 1, 16, 3, tzinfo=ZONE)
DATE = "2026-01-15"     # the date that ends at 04:00 on the 16th

SCHEMA = """
CREATE TABLE seen (name TEXT, day TEXT, n INTEGER, arrived_at TEXT);
CREATE TABLE runs (operation TEXT, name TEXT, day TEXT, now TEXT);
CREATE INDEX seen_day ON seen (day, name);
"""

# %(dir)s and %(put)s are replaced.
PARTS = """
databases = ( { name = "wh";  plugin = "sqlite";
                path = "%(dir)s/warehouse.db"; } );
actions = ( { name = "work";  plugin = "exec";  timeout = "2m";
              idempotent = true;
              argv = ("%(put)s", "%(dir)s", "{phase}", "{date}", "{now}",
                      "{operation}"); } );
"""

TOLD = """
notifiers = ( { name = "people";  plugin = "file";
                path = "%(dir)s/messages.log"; } );
routes = ( { to = "people";  digest = "none"; } );
"""

PIPELINE = """
pipelines = ( { name = "small";  timezone = "America/New_York";
  day_ends = "04:00";  mode = "enforce";  database = "wh";  every = "30m";
  watch_for = "5d";  act_within = "3d";
  phases = (
    { name = "raw";  done = "raw_rows";  due = "+1d 06:00"; },
    { name = "load";  after = "raw";  start = "work";  done = "load_rows";
      due = "+1d 08:00"; },
    { name = "publish";  after = "load";  start = "work";
      done = "publish_rows";  due = "+1d 10:00"; }
  ); } );
"""


def check(name, what, more="min = 1;"):
    """A check that counts the rows of `what`."""
    return (f'  {{ name = "{name}";  plugin = "sql";  {more}\n'
            '    value = "SELECT coalesce(sum(n), 0) FROM seen WHERE name ='
            f" '{what}' AND day = :date AND arrived_at <= :now\"; }}")


def checks(*them):
    return "checks = (\n" + ",\n".join(them) + "\n);\n"


CHECKS = checks(check("raw_rows", "raw"), check("load_rows", "load"),
                check("publish_rows", "publish"))

FILES = {"10-parts.conf": PARTS, "20-told.conf": TOLD,
         "30-pipeline.conf": PIPELINE, "40-checks.conf": CHECKS}


class Site(Stage):
    def make(self):
        for path in (self.conf, self.plugins, self.state):
            os.makedirs(path, mode=0o700, exist_ok=True)
        self.link_plugins()
        self.add("00-test.conf", self.clock())
        for name, text in FILES.items():
            self.put(name, text)
        self.sql(*SCHEMA.strip().split(";\n"))

    def put(self, name, text):
        """A file of conf.d, with the site's paths."""
        self.add(name, text.replace("%(dir)s", self.dir).replace(
            "%(put)s", os.path.join(HERE, "put.py")))

    def drop(self, name):
        os.unlink(os.path.join(self.conf, name))

    # ---- the warehouse

    def sql(self, *statements):
        db = sqlite3.connect(self.warehouse, timeout=20,
                             isolation_level=None)
        try:
            return [db.execute(s).fetchall() for s in statements][-1]
        finally:
            db.close()

    def bring(self, name, *days, at="2020-01-01T00:00:00Z", n=1):
        db = sqlite3.connect(self.warehouse, timeout=20)
        db.executemany("INSERT INTO seen VALUES (?, ?, ?, ?)",
                       [(name, day, n, at) for day in days])
        db.commit()
        db.close()

    def lose(self, name, day):
        self.sql(f"DELETE FROM seen WHERE name = '{name}'"
                 f" AND day = '{day}'")

    def runs(self, name=None, day=None):
        """(operation, name, day, now) of each process that ran."""
        return [r for r in self.sql("SELECT * FROM runs ORDER BY rowid")
                if name in (None, r[1]) and day in (None, r[2])]

    # ---- the daemon

    def journal(self):
        return Journal(self.export())

    def generation(self):
        return self.ask("status")["daemon"]["generation"]

    def phase(self, date, phase):
        """What `phases` says of a phase now."""
        for row in self.ask("phases", "--date",
                            date)["pipelines"][0]["phases"]:
            if row["phase"] == phase:
                return row
        raise AssertionError(f"no phase {phase} on {date}")

    def reached(self, date, phase, state, seconds=60):
        """Waits until the journal knows it; the row."""
        return wait_for(f"{phase} {date} to be {state}", seconds,
                        lambda: self.journal().reached(date, phase, state),
                        0.1)

    def told(self, **wanted):
        return self.journal().told(**wanted)

    def settled(self):
        """Waits until nothing waits in the outbox."""
        wait_for("the outbox to be empty", 30, lambda: all(
            "delivered_at" in m or "gave_up_at" in m
            for m in self.journal().messages), 0.1)

    def summarized(self):
        """Waits until the summary of a first start was delivered."""
        wait_for("the summary", 30, lambda: self.told(kind="adopted"), 0.1)
        self.settled()

    def until(self, at_ms, seconds=300):
        wait_for("the clock", seconds, lambda: self.now() >= at_ms, 0.05)


def days_before(date, n):
    """n days that end with the one before `date`."""
    last = datetime.date.fromisoformat(date)
    return [(last - datetime.timedelta(days=i)).isoformat()
            for i in range(n, 0, -1)]


class Scenario(unittest.TestCase):
    """A site per test; `prepare` may add to it before it runs."""

    speed = 3600.0
    start = START

    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.site = Site(BUILD, self.tmp.name, self.speed, self.start)
        self.site.make()
        self.prepare()

    def prepare(self):
        pass

    def tearDown(self):
        try:
            if self.site.daemon:
                self.site.stop()
                self.assertIn(self.site.daemon.returncode,
                              (0, -signal.SIGKILL), self.site.tail(40))
        finally:
            self.tmp.cleanup()

    def sound(self):
        """The journal is, and every message was delivered."""
        self.site.settled()
        p = self.site.gatewarden("journal", "check")
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)

    def evidence(self, text):
        print(f"  {self.id().rsplit('.', 1)[1]}: {text}", flush=True)


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=1)
