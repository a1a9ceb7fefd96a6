#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample's week with something else going wrong: a table that vanishes,
plugins that hang and crash, a notifier that is down, a supervisor that is
killed. GATEWARDEN_SEED repeats a run of the kills.
"""
import os
import random
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)),
                                "conf.d", "nba", "lib"))

import acceptance                                      # noqa: E402
import findings                                        # noqa: E402
from demo_test import texts_of                         # noqa: E402
from journal import Journal                            # noqa: E402
from play import Play                                  # noqa: E402
from stage import (END, START, Stage, instant, ms,     # noqa: E402
                   shown, wait_for)

BUILD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "."
SPEED = float(os.environ.get("GATEWARDEN_TEST_SPEED", "20000"))
SEED = int(os.environ.get("GATEWARDEN_SEED", "20260113"))
KILLS = int(os.environ.get("GATEWARDEN_KILLS", "20"))

# What the second case adds, read before the sample: its route comes first and
# lets others through. The plugins are those of the hostile zoo.
HOSTILE = """
checks = (
  { name = "hangs";    plugin = "zoo";  how = "hang";
    pipeline = "nba";  every = "12h";  timeout = "200ms";  patience = "1h"; },
  { name = "crashes";  plugin = "zoo";  how = "segfault";
    pipeline = "nba";  every = "12h";  timeout = "2s";  patience = "1h"; }
);
alarms = ( { name = "hostile";  plugin = "all";
             inputs = ("hangs", "crashes"); } );
notifiers = ( { name = "down";  plugin = "slack";
                webhook = "file:%s/webhook"; } );
routes = ( { to = "down";  severity = "info";  continue = true; } );
"""


class Trouble(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.stage = Stage(BUILD, self.tmp.name, SPEED)
        self.stage.make()

    def tearDown(self):
        self.stage.stop()
        self.tmp.cleanup()

    def sql(self, *statements):
        db = sqlite3.connect(self.stage.warehouse, timeout=20,
                             isolation_level=None)
        for s in statements:
            db.execute(s)
        db.close()

    def finish(self):
        """The journal; it must be sound, and every message delivered."""
        wait_for("the outbox to be empty", 20, self.delivered)
        check = self.stage.gatewarden("journal", "check")
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        return Journal(self.stage.export())

    def delivered(self):
        lines = Journal(self.stage.export()).messages
        return all("delivered_at" in m or "gave_up_at" in m for m in lines)

    def evidence(self, text):
        print(f"  {self.id().rsplit('.', 1)[1]}: {text}", flush=True)


class Line8QueryError(Trouble):
    """A table is gone for a while on the morning of the 15th."""

    def vanish(self, _stage, e):
        if not (e["kind"] == "phase" and e.get("date") == "2026-01-14"
                and e.get("subject") == "analytics"
                and e["data"].get("state") == "done"):
            return False
        self.sql("ALTER TABLE player_daily_cache RENAME TO gone")
        self.gone = instant(e["at"])
        return True

    def appear(self, _stage, e):
        if not (e["kind"] == "incident"
                and e["data"].get("kind") == "probe"):
            return False
        self.sql("ALTER TABLE gone RENAME TO player_daily_cache")
        self.back = instant(e["at"])
        return True

    def test_a_failing_probe_closes_and_heals(self):
        until = findings.due("2026-01-14", "16:00")
        Play(self.stage, cues=(self.vanish, self.appear)).until(until)
        journal = self.finish()
        between = [e for e in journal.events
                   if self.gone < e["at"] <= self.back]
        self.assertTrue([e for e in between if e["kind"] == "check"
                         and e["subject"] == "pdc"
                         and e["data"]["raw"] == "unknown"])
        self.assertTrue([e for e in between if e["kind"] == "gate"
                         and e["subject"] == "precompute_quorum"
                         and e["data"]["verdict"] == "unknown"])
        self.assertEqual([e for e in between if e["kind"] == "attempt"
                          and e["data"].get("recovery")
                          == "phase4_backfill"], [])
        probes = [rows for rows in journal.incidents().values()
                  if rows[0]["data"]["kind"] == "probe"]
        self.assertEqual(len(probes), 1, "one per target")
        self.assertFalse(probes[0][-1]["data"]["open"])
        number = probes[0][0]["data"]["number"]
        kinds = [m["kind"] for m in journal.told(incident=number)]
        self.assertEqual((kinds[0], kinds[-1]), ("opened", "resolved"))
        start = journal.reached("2026-01-14", "predict", "starting")
        self.assertGreaterEqual(start["at"], self.back)
        self.assertIsNotNone(journal.reached("2026-01-14", "publish",
                                             "done"))
        self.evidence(f"gone {shown(self.gone)}, incident {number} about"
                      f" the probe, back {shown(self.back)}, predict"
                      f" {shown(start['at'])}, no repair")


class Line9HostileParts(Trouble):
    def test_the_rest_of_the_week_is_unchanged(self):
        self.stage.add("05-hostile.conf", HOSTILE % self.stage.dir)
        with open(os.path.join(self.stage.dir, "webhook"), "w",
                  encoding="utf-8") as f:
            f.write("http://127.0.0.1:1/down\n")
        os.chmod(f.name, 0o600)
        seen = Play(self.stage).until(ms(END))
        texts = texts_of(self.stage, seen)
        plugins = self.stage.gatewarden("plugins").stdout
        journal = Journal(self.stage.export())
        for name in ("hangs", "crashes", "down"):
            self.assertIn(name, plugins)
        for name in ("hangs", "crashes"):
            told = [m for m in journal.told() if name in m["text"]]
            self.assertTrue(told, f"{name} was never reported")
        refused = [m for m in journal.messages if m["notifier"] == "down"]
        self.assertTrue(refused)
        self.assertTrue(all("delivered_at" not in m for m in refused))
        hostile = {n for n, rows in journal.incidents().items()
                   if rows[0]["data"]["kind"] == "probe"}
        self.evidence(f"{len(hostile)} incidents of probes, {len(refused)}"
                      " messages refused by the notifier that is down")
        acceptance.Week.journal, acceptance.Week.texts = journal, texts
        load = unittest.defaultTestLoader.loadTestsFromTestCase
        result = unittest.TestResult()
        unittest.TestSuite(map(load, acceptance.LINES)).run(result)
        self.assertEqual(result.failures + result.errors, [])


class Reloads(Trouble):
    """The configuration is read again, twenty times: nothing of what is
    known or under way may get lost by that."""

    def reload(self):
        last = ms(START)
        while not self.over.wait(0.2):
            if self.stage.now() < last + 8 * 3600_000:
                continue
            last = self.stage.now()
            self.stage.daemon.send_signal(signal.SIGHUP)
            self.reloads += 1

    def test_the_week_is_unchanged(self):
        self.over, self.reloads = threading.Event(), 0
        thread = threading.Thread(target=self.reload)
        thread.start()
        try:
            seen = Play(self.stage).until(ms(END))
        finally:
            self.over.set()
            thread.join()
        texts = texts_of(self.stage, seen)
        journal = self.finish()
        self.assertGreater(self.reloads, 10)
        self.evidence(f"{self.reloads} reloads")
        acceptance.Week.journal, acceptance.Week.texts = journal, texts
        load = unittest.defaultTestLoader.loadTestsFromTestCase
        result = unittest.TestResult()
        unittest.TestSuite(map(load, acceptance.LINES)).run(result)
        self.assertEqual(result.failures + result.errors, [])


class Line10Kills(Trouble):
    def kill_at(self, at):
        """Kills once the virtual clock has come to `at`, at once after some
        fraction of a second, so that it is not always between two steps."""
        wait_for("the moment", 300, lambda: self.stage.now() >= at, 0.01)
        time.sleep(self.random.random() * 0.1)
        self.stage.kill()
        self.stage.run()

    def runs(self):
        db = sqlite3.connect(self.stage.warehouse)
        found = db.execute("SELECT operation, count(*) FROM runs"
                           " GROUP BY 1").fetchall()
        db.close()
        return found

    def test_twenty_kills(self):
        print(f"  seed {SEED}")
        self.random = random.Random(SEED)
        moments = sorted(self.random.uniform(ms(START), ms(END))
                         for _ in range(KILLS))
        self.stage.run()
        for at in moments:
            self.kill_at(at)
        wait_for("the week to end", 300,
                 lambda: self.stage.now() >= ms(END), 0.2)
        journal = self.finish()
        self.no_second_intent(journal)
        self.ended_was_told(journal)
        self.evidence(f"{len(moments)} kills, {len(journal.events)} events,"
                      f" {len(self.runs())} runs, each once")

    def no_second_intent(self, journal):
        intents = [e["data"]["id"] for e in journal.of("attempt")
                   if e["data"]["state"] == "intent"]
        self.assertEqual(len(intents), len(set(intents)))
        for operation, times in self.runs():
            self.assertEqual(times, 1, operation)

    def ended_was_told(self, journal):
        for number, rows in journal.incidents().items():
            kinds = [m["kind"] for m in journal.told(incident=number)]
            announced = "opened" in kinds or "worse" in kinds
            if announced and not rows[-1]["data"]["open"]:
                self.assertEqual(kinds[-1], "resolved", number)
        for m in journal.messages:
            self.assertIn("delivered_at", m, m["id"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=1)
