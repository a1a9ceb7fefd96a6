#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Every verb against the real daemon: that answers have the shape that the
screens expect, and that what is done can be seen and taken back.

A pipeline of three phases on files in one directory, a moment after its
date has ended. Skipped where the daemon hasn't been built.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from fake import environment                           # noqa: E402

PROGRAM = os.path.abspath("core/client/gatewarden")
DAEMON = os.path.abspath("core/daemon/gatewardend")
HOST = os.path.abspath("core/host/gatewarden-host")
DEADLINE = 60

CONF = """
state_dir = "{dir}/state";
socket = "{dir}/control";
clock = {{ start = "2026-01-16 23:50"; speed = 600.0; }};
notifiers = ( {{ name = "told"; plugin = "file"; path = "{dir}/told"; }} );
routes = ( {{ to = "told"; }} );
actions = (
  {{ name = "make"; plugin = "exec"; idempotent = true;
     argv = ("/bin/echo", "made", "{{date}}"); }},
  {{ name = "mend"; plugin = "exec"; idempotent = true;
     argv = ("/bin/echo", "mended", "{{failing}}"); }} );
checks = (
  {{ name = "there"; plugin = "file"; path = "{dir}/there"; }},
  {{ name = "made"; plugin = "file"; path = "{dir}/made"; }},
  {{ name = "seldom"; plugin = "file"; path = "{dir}/seldom";
     every = "12h"; fresh_for = "5m"; }} );
gates = ( {{ name = "any_of"; plugin = "any"; inputs = "there"; }} );
alarms = ( {{ name = "speaks"; plugin = "all"; inputs = "there"; }} );
recoveries = ( {{ name = "mending"; action = "mend"; repairs = "there";
  retry = {{ attempts = 2; initial = "1m"; }};
  verify = {{ every = "1m"; within = "2m"; }}; }} );
pipelines = ( {{ name = "p"; timezone = "UTC"; mode = "enforce";
  every = "5m"; permit_for = "10h"; phases = (
    {{ name = "first"; done = "any_of"; due = "+1d 00:10"; }},
    {{ name = "second"; after = "first"; start = "make"; done = "made";
       due = "+1d 01:00"; }},
    {{ name = "third"; after = "first"; done = "made";
       due = "+1d 05:00"; }},
    {{ name = "alone"; start = "make"; done = "seldom";
       due = "+1d 06:00"; verify = {{ within = "2m"; }}; }} ); }} );
"""

DATE = "2026-01-16"


class Real(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        cls.dir = cls.tmp.name
        cls.conf = os.path.join(cls.dir, "conf.d")
        cls.plugins = os.path.join(cls.dir, "plugins")
        os.mkdir(cls.conf)
        os.mkdir(cls.plugins)
        for path in glob.glob("plugins/**/.libs/*.so", recursive=True):
            os.symlink(os.path.abspath(path), os.path.join(
                cls.plugins, os.path.basename(path)))
        cls.write(CONF.format(dir=cls.dir))
        cls.start()

    @classmethod
    def write(cls, text):
        with open(os.path.join(cls.conf, "p.conf"), "w",
                  encoding="utf-8") as f:
            f.write(text)

    @classmethod
    def start(cls):
        cls.log = open(os.path.join(cls.dir, "log"), "a", encoding="utf-8")
        cls.daemon = subprocess.Popen(
            [DAEMON, "--config", cls.conf, "--plugin-dir", cls.plugins,
             "--host", HOST], stdin=subprocess.DEVNULL, stdout=cls.log,
            stderr=cls.log, cwd=cls.dir)
        cls.wait(lambda: cls.ask("status").returncode == 0)

    @classmethod
    def tearDownClass(cls):
        if cls.daemon.poll() is None:
            cls.daemon.terminate()
        try:
            cls.daemon.wait(DEADLINE)
        finally:
            cls.daemon.kill()
            cls.log.close()
            with open(os.path.join(cls.dir, "log"), encoding="utf-8") as f:
                text = f.read()
            cls.tmp.cleanup()
        if "Sanitizer" in text:
            raise AssertionError(text)

    @classmethod
    def wait(cls, probe):
        deadline = time.monotonic() + DEADLINE
        while not (found := probe()):
            if time.monotonic() > deadline or cls.daemon.poll() is not None:
                with open(os.path.join(cls.dir, "log"),
                          encoding="utf-8") as f:
                    raise AssertionError("it never came; " + f.read())
            time.sleep(0.05)
        return found

    @classmethod
    def ask(cls, *words):
        return subprocess.run(
            [PROGRAM, "--socket", os.path.join(cls.dir, "control"), *words],
            text=True, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=DEADLINE, env=environment(), check=False)

    def verb(self, code, pattern, *words):
        """The screen has it, and the JSON has the same exit code."""
        p = self.ask(*words)
        self.assertEqual(p.returncode, code, p.stdout + p.stderr)
        self.assertRegex(p.stdout, f"(?s){pattern}")
        self.assertNotRegex(p.stdout, r"\?$")
        return p.stdout

    def answer(self, *words):
        return json.loads(self.ask(*words, "--json").stdout)

    def view(self, phase):
        (p,) = self.answer("phases", "--date", DATE)["pipelines"]
        return next(c for c in p["phases"] if c["phase"] == phase)["view"]

    def test_1_looking(self):
        self.wait(lambda: self.view("second") == "blocked")
        self.wait(lambda: self.answer("incidents")["incidents"])
        self.verb(0, "checked .* checks ran.*p\n.*2026-01-16.*needs a "
                  "person.*gatewarden explain", "status")
        self.verb(0, "second 2026-01-16: blocked.*upstream.*first is .*"
                  "any_of.*there .*fail .*opens? with.*there.*recover",
                  "explain", "second", DATE)
        self.verb(0, "any_of 2026-01-16: blocked", "explain", "any_of",
                  DATE)
        self.verb(0, "there 2026-01-16: fail", "explain", DATE, "there")
        self.verb(0, "mending 2026-01-16", "explain", "mending", DATE)
        self.verb(0, "p 2026-01-16.*second", "explain", DATE)
        number = self.answer("incidents")["incidents"][0]["incident"]
        self.verb(0, f"^[a-z]+ incident {number}", "explain", str(number))
        self.verb(0, "first .*second .*third ", "phases", "--date", DATE)
        self.verb(0, "there .*fail.*made ", "checks", "--date", DATE)
        self.verb(0, "any_of .*blocked.*speaks", "gates", "--date", DATE)
        self.verb(0, "incident", "incidents", "--all")
        self.verb(0, "check +there.*notifier +told", "plugins")
        self.verb(0, "first", "due", "--within", "2d")
        self.verb(0, "attempt", "events", "--kind", "attempt")
        self.verb(0, "plan|ended", "recover", "mending", DATE, "--dry-run")

    def test_2_logs(self):
        def repairs():
            return [e["data"] for e in
                    self.answer("events", "--kind", "attempt")["events"]
                    if e["data"]["recovery"] == "mending"]

        # both of the plan: the last one is what "log NAME" shows
        self.wait(lambda: sum(a["state"] == "closed"
                              for a in repairs()) == 2)
        number = repairs()[0]["id"]
        self.verb(0, "recovery mending.*mended there", "log", str(number))
        self.verb(0, "recovery mending.*mended there", "log", "mending",
                  DATE)

    def test_3_holds_and_permits(self):
        said = self.verb(0, "hold", "hold", "second", "a", "reason",
                         "--until", "30d")
        number = re.search(r"hold (\d+)", said).group(1)
        self.verb(0, "held .1.*second.*a reason", "status")
        self.verb(12, "not now, blocked.*held", "run", "second", DATE)
        self.verb(0, "released", "release", number)
        self.verb(12, "not now, blocked.*upstream", "gate", "wait",
                  "third", "--date", DATE, "--for", "run-1")
        self.verb(1, "there .*fail", "check", "run", "there", "--date",
                  DATE)
        self.verb(0, "measured again", "recheck", DATE)

    def test_3_a_run_waits_for_its_evidence(self):
        """Measured twice a day, it is stale whenever a person comes."""
        self.wait(lambda: any(
            e["data"]["state"] == "failed" for e in
            self.answer("events", "--kind", "phase")["events"]
            if e["subject"] == "alone"))
        self.wait(lambda: any(
            not c["fresh"] for c in self.answer("checks", "--date", DATE)[
                "pipelines"][0]["checks"] if c["check"] == "seldom"))
        self.verb(0, "start|attempt", "run", "alone", DATE)

    def refused(self, code, sentence, *words):
        p = self.ask(*words)
        self.assertEqual((p.returncode, p.stdout), (code, ""))
        self.assertIn(sentence, p.stderr)

    def test_3_what_is_refused_says_why(self):
        run = ("third", "--date", DATE, "--for", "unknown")
        self.refused(2, "did you mean 'second'?", "explain", "secnod", DATE)
        self.refused(2, "no kind of event 'atempt'; did you mean 'attempt'",
                     "events", "--kind", "atempt")
        self.refused(2, "limit is 2000: expected a number from 1 to 1000",
                     "events", "--limit", "2000")
        self.refused(2, "days is 61: expected a number from 1 to 60",
                     "status", "--days", "61")
        self.refused(2, "there is no phase 'secnod'; did you mean 'second'?",
                     "run", "secnod", DATE)
        self.refused(2, "expected a real date", "run", "second", "friday")
        self.refused(2, "this date is not watched", "run", "second",
                     "2031-01-16")
        self.refused(2, "no override, hold, waiver, label or ack", "undo", "999")
        self.refused(2, "no hold of this number", "release", "999")
        self.refused(2, "no incident of this number", "ack", "999")
        self.refused(2, "no attempt of this number", "cancel", "999")
        self.refused(2, "no such attempt", "log", "999")
        self.refused(4, "others start it", "run", "first", DATE)
        self.refused(4, "has no permit", "signal", "start", *run)
        self.verb(0, "", "events", "--since", DATE)

    def test_4_override(self):
        p = self.ask("override", "second", DATE, "--reason", "it is fine")
        self.assertEqual(p.returncode, 4)
        self.assertIn("would accept these", p.stdout)
        self.verb(0, "accepted as shown.*upstream", "override", "second",
                  DATE, "--reason", "it is fine", "--yes")
        self.wait(lambda: any(
            e["data"]["phase"] == "second" for e in
            self.answer("events", "--kind", "attempt")["events"]))

    def test_5_ack(self):
        number = str(self.answer("incidents")["incidents"][0]["incident"])
        self.verb(0, "is yours: no reminders until 2", "ack", number, "looking", "--until", "30d")
        self.verb(0, "acked by uid", "incidents")
        self.verb(0, "taken back", "undo", number)
        self.assertNotIn("acked by", self.ask("incidents").stdout)

    def test_5_label(self):
        number = str(self.answer("incidents")["incidents"][0]["incident"])
        self.refused(2, "must be a text", "resolve", number, "--false",
                     "--reason", "")
        self.refused(2, "not both", "resolve", number, "--false", "--true",
                     "--reason", "x")
        self.refused(2, "no incident of this number", "resolve", "999",
                     "--reason", "x")
        self.verb(0, "labelled a false positive\nit stays open", "resolve",
                  number, "--false", "--reason", "as | announced")
        self.verb(0, r"labelled false by uid \d+ \(as \| announced\)",
                  "incidents")
        self.verb(0, "noted in the timeline", "resolve", number, "--reason",
                  "called the vendor")
        e = [x["data"] for x in self.answer("events", "--kind", "command")[
            "events"] if x["data"]["command"] == "resolve"]
        self.assertEqual([(x.get("label"), x["reason"]) for x in e[-2:]],
                         [("false", "as | announced"),
                          (None, "called the vendor")])
        self.assertRegex(e[-1]["actor"], "^uid ")
        self.verb(0, "taken back", "undo", number)
        self.assertNotIn("labelled", self.ask("incidents").stdout)
        self.story(number)

    def story(self, number):
        self.refused(2, "no incident of this number", "incident", "999")
        for said in (r"detected .*timeline.*questions that are left",
                     fr"uid \d+: resolve {number} --false: as \| announced",
                     r"labelled false by uid \d+: as.*called the vendor.*"
                     r"label was taken back"):
            self.verb(0, said, "incident", number)
        self.verb(0, r"^# Incident " + number + r": .*## Timeline.*as "
                  r"\\\| announced.*## Open questions", "incident", number,
                  "--md")
        o = self.answer("incident", number)
        self.assertEqual(o["number"], int(number))
        self.assertTrue(o["evidence"] and o["rules"])
        self.assertEqual([f["figure"] for f in o["figures"]],
                         ["time to detect", "time to resolve"])
        self.assertIn("incident " + number + " --md", self.ask(
            "explain", number).stdout)

    def coverage(self, code, *words):
        p = self.ask("coverage", *words, "--json")
        self.assertEqual(p.returncode, code, p.stdout + p.stderr)
        o = json.loads(p.stdout)
        phases = {f["phase"]: f for q in o["pipelines"] for f in
                  q["phases"]}
        return o, {name: [f[w]["state"] for w in (
            "due", "told", "repaired", "gated", "fix")]
            for name, f in phases.items()}

    def test_5_coverage(self):
        self.wait(lambda: self.answer("incidents")["incidents"])
        o, live = self.coverage(1)
        self.assertTrue(o["live"])
        self.assertEqual(live["first"][2:], ["yes", "none_needed", "no"])
        self.assertEqual(live["second"], ["yes", "yes", "no", "yes", "no"])
        self.assertEqual(live["third"], ["yes", "yes", "no", "partly", "no"])
        self.assertRegex(o["gaps"][0]["rule"], r"^p\.conf:\d+$")
        offline = (self.conf, "--plugin-dir", self.plugins, "--host", HOST)
        o, read = self.coverage(1, *offline)
        self.assertFalse(o["live"])
        self.assertEqual(read, live)
        self.verb(1, "self-healing +25 % +1 of 4.*gaps .*read from files",
                  "coverage", *offline)
        missing = self.ask("coverage", os.path.join(self.dir, "none"))
        self.assertEqual((missing.returncode, missing.stdout), (1, ""))

    def test_6_permit(self):
        with open(os.path.join(self.dir, "there"), "w",
                  encoding="utf-8") as f:
            f.write("x")
        wait = ("gate", "wait", "third", "--date", DATE, "--for", "run-1",
                "--timeout", "10d")
        self.verb(0, "open, permit .*signal start third", *wait)
        signal = ("third", "--date", DATE, "--for", "run-1")
        self.verb(0, "start noted", "signal", "start", *signal)
        self.assertEqual(self.ask(*wait[:5], "--for",
                                  "run-2").returncode, 4)
        self.verb(0, "done noted", "signal", "done", *signal)
        self.assertEqual(self.coverage(1)[1]["third"][3], "yes")

    def test_7_reload(self):
        text = CONF.format(dir=self.dir)
        self.write(text.replace('inputs = "there"', 'inputs = "theer"'))
        self.verb(1, "p.conf:.*theer.*did you mean 'there'.*not reloaded",
                  "reload")
        p = self.ask("config", "check", self.conf, "--plugin-dir",
                     self.plugins, "--host", HOST)
        self.assertEqual(p.returncode, 1, p.stderr)
        self.assertIn("did you mean 'there'?", p.stdout)
        self.write(text)
        self.verb(0, "reloaded", "reload")
        p = self.ask("config", "check", self.conf, "--plugin-dir",
                     self.plugins, "--host", HOST, "--resolved")
        self.assertEqual(p.returncode, 0, p.stderr)

    def test_8_journal(self):
        self.verb(0, "no difference", "journal", "check")
        p = self.ask("journal", "export")
        self.assertEqual(p.returncode, 0, p.stderr)
        path = os.path.join(self.dir, "x.jsonl")
        with open(path, "w", encoding="utf-8") as f:
            f.write(p.stdout)
        self.verb(0, "no difference", "journal", "check", "--file", path)
        p = self.ask("journal", "check", "--dir",
                     os.path.join(self.dir, "state"))
        self.assertEqual(p.returncode, 5, "the daemon has it")

    def test_9_follow_over_a_restart(self):
        p = subprocess.Popen(
            [PROGRAM, "--socket", os.path.join(self.dir, "control"),
             "events", "--follow", "--json", "--limit", "1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=environment())
        try:
            first = json.loads(p.stdout.readline())["seq"]
            self.verb(0, "stops", "shutdown")
            self.assertEqual(self.daemon.wait(DEADLINE), 0)
            self.verb(0, "no difference", "journal", "check", "--dir",
                      os.path.join(self.dir, "state"))
            self.log.close()
            type(self).start()
            self.verb(0, "hold", "hold", "all", "test")
            self.verb(0, "released", "release", "all")
            seen = [first]
            while True:
                e = json.loads(p.stdout.readline())
                self.assertNotIn("gap", e)
                seen.append(e["seq"])
                if e["kind"] == "hold":
                    break
            self.assertEqual(seen, list(range(first, seen[-1] + 1)))
        finally:
            p.kill()
            _, err = p.communicate(timeout=DEADLINE)
        self.assertIn("connected again", err)


if __name__ == "__main__":
    for program in (PROGRAM, DAEMON, HOST):
        if not os.access(program, os.X_OK):
            print(f"skipped: {program} has not been built")
            sys.exit(77)
    unittest.main(verbosity=1)
