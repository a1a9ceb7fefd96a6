#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Modes: observe and advise start nothing and repair nothing, and say what
would have been; a pipeline that says no mode observes. Everything else goes
on: what is missing is measured and told. A reload to enforce acts.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import (DATE, PIPELINE, Scenario,      # noqa: E402
                        days_before)
from stage import ms, wait_for                         # noqa: E402

HOUR = 3600_000
AGAIN = """
recoveries = ( { name = "again";  action = "work";
                 repairs = "load_rows"; } );
"""


class Mode(Scenario):
    speed = 5400.0
    mode = "observe"
    words = 'mode = "observe";  '

    def prepare(self):
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))
        self.site.bring("raw", DATE)
        self.site.put("50-again.conf", AGAIN)
        self.use(self.words)

    def use(self, words):
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            'mode = "enforce";  ', words))

    def would(self):
        """What was noted that it would have begun."""
        return [e["subject"] for e in self.site.journal().of("note", DATE)
                if e["data"]["kind"] == "would_start"]

    def starts_nothing(self):
        self.site.run()
        self.site.until(ms(self.start) + 8 * HOUR)
        j = self.site.journal()
        self.assertEqual(self.site.runs(), [])
        self.assertEqual(j.of("attempt"), [])
        self.assertEqual([(m["kind"], m["date"]) for m in self.site.told()
                          if m["date"] and m["date"] <= DATE],
                         [("opened", DATE)], "that load is late is told")
        status = self.site.ask("status")["pipelines"][0]
        self.assertEqual(status["mode"], self.mode)
        text = self.site.gatewarden("status").stdout
        (line,) = [x for x in text.splitlines() if "mode " in x]
        self.assertIn(f"mode {self.mode}: ", line)
        self.assertIn("starts nothing", line)
        self.evidence(line.strip())
        self.says_what_would_have_been()
        self.sound()

    def says_what_would_have_been(self):
        would = self.would()
        self.assertEqual(sorted(would), ["again", "load"], "once each")
        text = self.site.gatewarden("events", "--date", DATE).stdout
        lines = [x for x in text.splitlines() if "would" in x]
        self.assertEqual(len(lines), 2, text)
        for line in lines:
            self.evidence(line.strip())
        report = self.site.ask("report", "day", DATE)["enforcing"]
        self.assertEqual(report["mode"], self.mode)
        self.assertEqual(sorted((x["name"], x["would"])
                                for x in report["would"]),
                         [("again", "repaired"), ("load", "started")])
        text = self.site.gatewarden("report", "day", DATE).stdout
        self.assertIn(f"what enforcing would have done (mode {self.mode})",
                      text)
        self.evidence(next(x for x in text.splitlines()
                           if "started" in x).strip())
        text = self.site.gatewarden("explain", "load", DATE).stdout
        self.assertIn(f"mode is '{self.mode}': nothing is started", text)
        self.assertIn("it would start now", text)
        # nothing is proposed that the mode would refuse
        for verb in ("gatewarden override", "gatewarden recover"):
            self.assertNotIn(verb, text)
        # a person who asks for it is told the same
        p = self.site.gatewarden("run", "load", DATE)
        self.assertNotEqual(p.returncode, 0)
        self.assertIn(self.mode, p.stdout + p.stderr)
        self.evidence(" / ".join(x.strip() for x in p.stdout.splitlines()))


class Observe(Mode):
    def test_it_starts_nothing(self):
        self.starts_nothing()

    def test_enforce_by_a_reload(self):
        """What may start then does: the date ended while it was watched."""
        self.site.run()
        self.site.until(ms(self.start) + 3 * HOUR)
        self.use('mode = "enforce";  ')
        p = self.site.gatewarden("reload")
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        self.site.reached(DATE, "publish", "done")
        self.assertEqual([r[1] for r in self.site.runs(day=DATE)],
                         ["load", "publish"])
        self.use(self.words)
        self.site.gatewarden("reload")
        self.site.bring("raw", "2026-01-16")
        self.site.until(ms(self.start) + 27 * HOUR)
        self.assertEqual(self.site.runs(day="2026-01-16"), [])
        self.sound()


class Advise(Mode):
    mode = "advise"
    words = 'mode = "advise";  '

    def test_it_starts_nothing(self):
        self.starts_nothing()


class Silent(Mode):
    """Without a word about it."""

    words = ""

    def test_it_observes(self):
        self.starts_nothing()


if __name__ == "__main__":
    small_site.main()
