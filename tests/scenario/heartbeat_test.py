#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Heartbeats: what jobs report is durable before it is acknowledged, silence
past its grace is a finding, a start and its end make a duration; the same
rules in a simulation.
"""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import BUILD, DATE, Scenario           # noqa: E402
from stage import program, wait_for                    # noqa: E402

NEXT = "2026-01-16"
BEATS = """
checks = (
  { name = "backup"; plugin = "heartbeat"; pipeline = "small"; every = "5m";
    due = "06:30"; },
  { name = "backup_time"; plugin = "heartbeat"; pipeline = "small";
    every = "5m"; measure = "duration"; phase = "graded"; max = 7200; },
  { name = "pulse"; plugin = "heartbeat"; pipeline = "small"; every = "1m";
    period = "15m"; grace = "5m"; }
);
alarms = (
  { name = "backup_alarm"; plugin = "all"; inputs = "backup"; },
  { name = "time_alarm"; plugin = "all"; inputs = "backup_time"; },
  { name = "pulse_alarm"; plugin = "all"; inputs = "pulse"; }
);
"""
# A phase that others start, which a heartbeat hears.
PHASES = """
pipelines = ( { name = "small";  timezone = "America/New_York";
  day_ends = "04:00";  mode = "enforce";  database = "wh";  every = "10m";
  watch_for = "5d";  permit_for = "10h";
  phases = ( { name = "graded";  done = "raw_rows";  due = "+1d 20:00"; } );
} );
"""


class Beats(Scenario):
    speed = 600.0
    start = small_site.START.replace(hour=5, minute=0)

    def prepare(self):
        self.site.put("30-pipeline.conf", PHASES)
        self.site.put("40-checks.conf", small_site.checks(
            small_site.check("raw_rows", "raw")))
        self.site.put("50-beats.conf", BEATS)

    def signal(self, *words, code=0):
        p = self.site.gatewarden("signal", *words)
        self.assertEqual(p.returncode, code, p.stdout + p.stderr)
        return p.stdout + p.stderr

    def reads(self, check, date, seconds=30, **wanted):
        def found():
            row = next(r for r in self.site.ask(
                "checks", "--date", date)["pipelines"][0]["checks"]
                if r["check"] == check)
            return row if all(row.get(k) == v for k, v in wanted.items()) \
                else None
        return wait_for(f"{check} {date} with {wanted}", seconds, found, 0.1)

    def was(self, check, date, *results):
        """Waits until it has read so, one after the other: what passes
        until its grace is over may be over when it is looked at."""
        def found():
            left = list(results)
            for e in self.site.journal().of("check", date, check):
                if left and e["data"]["raw"] == left[0]:
                    left.pop(0)
            return not left
        wait_for(f"{check} {date} to read {results}", 30, found, 0.1)


class Daily(Beats):
    def test_it_survives_a_kill_and_is_said_once(self):
        self.site.run()
        self.reads("backup", DATE, value=0.0)
        out = self.signal("start", "backup", "--for", "r1")
        self.assertIn(f"backup {DATE}: start noted", out)
        self.signal("done", "backup", "--for", "r1", "--remark",
                    "42 GB; $(rm -rf /) \"'\u202e</script>")
        self.site.kill()        # acknowledged: it is on the disk
        self.site.run()
        self.assertIn("that was so already",
                      self.signal("done", "backup", "--for", "r1"))
        row = self.reads("backup", DATE, value=1.0, result="pass")
        self.assertIn("42 GB; $(rm -rf /)", row["remark"])
        rows = [e["data"] for e in self.site.journal().events
                if e["kind"] == "signal"]
        self.assertEqual([r["event"] for r in rows], ["start", "done"])
        self.assertEqual(rows[1]["reports"], 1)
        self.assertIn("duration_ms", rows[1])
        self.evidence(row["remark"])
        self.sound()

    def test_the_same_run_once_more_is_news(self):
        """A scheduler's retry has the id of the first try."""
        self.site.run()
        self.reads("backup", DATE, value=0.0)
        run = ("backup", "--date", DATE, "--for", "r1")
        for event in ("start", "failed", "start", "failed"):
            self.assertIn("noted", self.signal(event, *run), event)
        self.assertIn("that was so already", self.signal("failed", *run))
        self.assertIn("noted", self.signal("done", *run))
        self.assertIn("noted", self.signal("failed", *run))
        rows = [e["data"] for e in self.site.journal().events
                if e["kind"] == "signal"]
        self.assertEqual([r["event"] for r in rows], [
            "start", "failed", "start", "failed", "done", "failed"])
        self.assertEqual((rows[-1]["failures"], rows[-1]["open"]), (3, {}))
        row = wait_for("the failure", 30, lambda: [
            r for r in [self.reads("backup", DATE)]
            if "failed" in r.get("remark", "")])[0]
        self.assertEqual(row["result"], "fail")
        self.sound()

    def test_silence_past_its_grace_is_told(self):
        self.site.run()
        message = wait_for("a message", 60, lambda: [
            m for m in self.site.told(kind="opened", date=NEXT)
            if "backup" in m["title"]])[0]
        self.evidence(message["why"])
        # a failure is heard, and its text is data
        self.signal("failed", "backup", "--date", NEXT, "--remark",
                    "disk\nfull `x`")
        row = wait_for("the failure", 30, lambda: [
            r for r in [self.reads("backup", NEXT)]
            if "failed" in r["remark"]])[0]
        self.assertEqual(row["result"], "fail")
        self.signal("done", "backup", "--date", NEXT)
        self.reads("backup", NEXT, result="pass")
        wait_for("the end of it", 60, lambda: self.site.told(
            kind="resolved", date=NEXT))
        self.sound()

    def test_what_cannot_be_is_refused(self):
        self.site.run()
        for words, said in (
                (("done", "bakup"), "did you mean"),
                (("done", "raw_rows"), "a phase or heartbeat"),
                (("done", "graded"), "a real date"),
                (("done", "graded", "--date", DATE), "must name your run"),
                (("done", "backup_time"), "the phase that it hears"),
                (("done", "backup", "--date", "2020-01-01"), "not watched"),
                (("done", "backup", "--date", "2026-13-01"), "real date"),
                (("done", "backup", "--for", "x" * 64), "63 bytes")):
            p = self.site.gatewarden("signal", *words)
            self.assertNotEqual(p.returncode, 0, words)
            self.assertIn(said, p.stdout + p.stderr)
        self.assertFalse([e for e in self.site.journal().events
                          if e["kind"] == "signal"])


class Phases(Beats):
    def test_a_phase_is_heard_and_timed(self):
        self.site.run()
        run = ("graded", "--date", DATE, "--for", "run-1")
        p = self.site.gatewarden("gate", "wait", *run, "--timeout", "1h")
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        self.signal("start", *run)
        at = self.site.now()
        self.site.until(at + 30 * 60_000)
        self.signal("done", *run)
        row = wait_for("the duration", 30, lambda: [
            r for r in [self.reads("backup_time", DATE)]
            if (r["remark"] or "").startswith("took")])[0]
        self.assertEqual(row["result"], "pass")
        self.assertGreater(row["value"], 1790)
        self.evidence(row["remark"])
        self.sound()


class Pulse(Beats):
    def test_a_pulse_that_stops_and_comes_back(self):
        self.site.run()
        self.assertIn(NEXT, self.signal("done", "pulse"))
        self.was("pulse", NEXT, "pass", "fail")
        row = self.reads("pulse", NEXT, result="fail")
        self.assertIn("where 20 min may pass", row["remark"])
        message = wait_for("a message", 60, lambda: [
            m for m in self.site.told(kind="opened", date=NEXT)
            if "pulse" in m["title"] + m["why"]])[0]
        self.evidence(message["why"])
        self.signal("done", "pulse")
        self.was("pulse", NEXT, "pass", "fail", "pass")
        self.sound()


FACTS = """date,check,value,expected,missing,arrived_at
2026-01-15,backup,1,1,,2026-01-16 02:10
2026-01-15,pulse,1,1,,2026-01-15 00:00
2026-01-15,backup_time,600,,,2026-01-16 02:10
2026-01-15,raw_rows,1,,,2026-01-16 02:10
2026-01-16,backup,0,1,,2026-01-16 00:00
2026-01-16,pulse,1,1,,2026-01-16 00:00
2026-01-16,backup_time,600,,,2026-01-17 02:10
2026-01-16,raw_rows,1,,,2026-01-17 02:10
"""


class Simulated(Beats):
    """The same configuration without a daemon: facts answer for the job."""

    def simulate(self, facts, *more):
        p = subprocess.run(
            [program(BUILD, "gatewarden-simulate"), self.site.conf,
             "--plugin-dir", self.site.plugins, "--host",
             program(BUILD, "gatewarden-host"), "--facts", facts, *more],
            text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        return p.stdout

    def test_silence_in_recorded_facts(self):
        facts = os.path.join(self.tmp.name, "facts.csv")
        with open(facts, "w", encoding="utf-8") as f:
            f.write(FACTS)
        out = self.simulate(facts, "--timeline")
        told = [line for line in out.splitlines() if "backup" in line]
        self.assertTrue(told, out)
        self.assertFalse([t for t in told if "01-15" in t and
                          "CRITICAL" in t], told)
        self.assertTrue([t for t in told if NEXT in t or "01-16" in t], told)

    def test_a_journal_is_lived_again(self):
        self.site.run()
        self.signal("done", "pulse")
        self.was("pulse", NEXT, "pass", "fail")
        export = os.path.join(self.tmp.name, "week.jsonl")
        with open(export, "w", encoding="utf-8") as f:
            for line in self.site.export():
                f.write(json.dumps(line) + "\n")
        self.site.stop()
        out = self.simulate(export, "--timeline")
        self.assertIn("pulse", out)


if __name__ == "__main__":
    small_site.main()
