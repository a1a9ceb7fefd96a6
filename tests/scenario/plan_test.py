#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""config diff, config plan and backtest, as an operator uses them.

A small site lives for four dates, one of them late and one without data. The
running daemon's configuration and journal are what a candidate is measured
by, without naming either: the same configuration changes nothing, one with
an earlier alarm finds the hole sooner, one without the phase's due time
loses a finding. And without a daemon, over the week of the sample.
"""
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from small_site import BUILD, TOP, Site, START         # noqa: E402
from stage import ZONE, Stage, ms, program             # noqa: E402

NBA = os.path.join(TOP, "conf.d", "nba")
WEEK = ("--facts", os.path.join(NBA, "sample", "january.csv"),
        "--scenario", os.path.join(NBA, "sample", "season.scenario"))
DATES = ["2026-01-15", "2026-01-16", "2026-01-17", "2026-01-18"]
END = datetime.datetime(2026, 1, 19, 14, tzinfo=ZONE)
ALARM = """
alarms = ( { name = "raw_alarm";  plugin = "all";  inputs = "raw_rows";
             at = "+1d 08:00"; } );
"""


class Operator(unittest.TestCase):
    """What both have: a directory, plugins, and the client."""

    @classmethod
    def words(cls):
        return ("--plugin-dir", cls.plugins, "--host",
                program(BUILD, "gatewarden-host"))

    @classmethod
    def call(cls, *words):
        return subprocess.run(
            [program(BUILD, "gatewarden"), "--socket", cls.socket, *words,
             *cls.words()], capture_output=True, text=True, check=False,
            timeout=120)

    def gives(self, code, *words):
        p = self.call(*words)
        self.assertEqual(p.returncode, code, p.stdout + p.stderr)
        return p.stdout

    def json(self, code, *words):
        return json.loads(self.gives(code, *words, "--json"))


class Running(Operator):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        cls.site = site = Site(BUILD, cls.tmp.name, 20000.0, START)
        site.make()
        site.put("50-more.conf", ALARM)
        site.bring("raw", DATES[0], at="2026-01-16T12:00:00Z")  # late
        site.bring("raw", DATES[2], at="2026-01-18T10:00:00Z")
        site.bring("raw", DATES[3], at="2026-01-19T10:00:00Z")
        site.run()
        site.until(ms(END))
        cls.socket, cls.plugins = site.socket, site.plugins
        cls.journal = os.path.join(cls.tmp.name, "journal.jsonl")
        with open(cls.journal, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(x) + "\n" for x in site.export())

    @classmethod
    def tearDownClass(cls):
        cls.site.stop()
        cls.tmp.cleanup()

    def candidate(self, name, old, new):
        """The running configuration with one thing changed."""
        path = os.path.join(self.tmp.name, self.id().rsplit(".", 1)[1])
        shutil.copytree(self.site.conf, path)
        with open(os.path.join(path, name), encoding="utf-8") as f:
            text = f.read()
        self.assertIn(old, text)
        with open(os.path.join(path, name), "w", encoding="utf-8") as f:
            f.write(text.replace(old, new))
        return path

    def test_nothing_changes(self):
        self.assertEqual(self.gives(0, "config", "diff", self.site.conf),
                         "nothing differs\n")
        text = self.gives(0, "config", "plan", self.site.conf)
        self.assertEqual(text.count("nothing differs"), 2, text)

    def test_an_earlier_alarm_finds_it_sooner(self):
        conf = self.candidate("50-more.conf", "08:00", "05:30")
        diff = self.gives(2, "config", "diff", conf)
        self.assertIn("~ alarms raw_alarm: changed  [50-more.conf:2]\n"
                      "    at = \"+1d 08:00\" (50-more.conf:3) -> "
                      "\"+1d 05:30\" (50-more.conf:3)\n", diff)
        text = self.gives(2, "config", "plan", conf)
        self.assertIn(diff, text)
        plan = self.json(2, "config", "plan", conf)
        (rule,) = [r for r in plan["behaviour"]["candidate"]["rules"]
                   if r["name"] == "raw_alarm"]
        (was,) = [r for r in plan["behaviour"]["against"]["rules"]
                  if r["name"] == "raw_alarm"]
        self.assertLess(rule["first"], was["first"])
        self.assertGreaterEqual(rule["fired"], was["fired"])

    def test_without_a_due_time_nothing_is_late(self):
        conf = self.candidate("30-pipeline.conf", '  due = "+1d 06:00"; }',
                              " }")
        found = self.json(2, "config", "plan", conf)["behaviour"][
            "difference"]["findings"]
        self.assertIn((DATES[0], "phase", "raw"),
                      {(f["date"], f["kind"], f["root"])
                       for f in found["disappear"]})

    def test_the_running_ones_journal(self):
        """Asked over the socket, or as its export: the same."""
        one = self.json(0, "backtest", "--conf", self.site.conf)
        self.assertEqual(one["facts"], self.site.socket)
        self.assertEqual(one["against"]["config"], self.site.conf)
        other = self.json(0, "backtest", "--conf", self.site.conf,
                          "--journal", self.journal, "--until",
                          "2026-01-19 12:00")
        same = self.json(0, "backtest", "--conf", self.site.conf,
                         "--until", "2026-01-19 12:00")
        self.assertEqual(other["candidate"]["journal"]["hash"],
                         same["candidate"]["journal"]["hash"])
        self.assertIn((DATES[1], "raw"),
                      {(f["date"], f["root"])
                       for f in one["candidate"]["findings"]})

    def test_what_is_held_back_is_not_found_done(self):
        """The phase that a candidate blocks was done then; not by it."""
        conf = self.candidate("40-checks.conf", '"raw_rows";  plugin = "sql"'
                              ';  min = 1;', '"raw_rows";  plugin = "sql";'
                              '  min = 2;')
        r = self.json(0, "backtest", "--conf", conf)["candidate"]
        self.assertFalse([f for f in r["findings"]
                          if f["kind"] == "bypass"], r["findings"])
        self.assertFalse([s for s in r["starts"] if s["kind"] == "phase"])
        blocked = {p["phase"]: p["dates"] for p in r["phases"]}
        self.assertGreaterEqual(blocked["load"], 3)

    def test_a_renamed_check_keeps_its_history(self):
        conf = self.candidate("40-checks.conf", 'name = "raw_rows"; ',
                              'name = "rows_raw"; was = "raw_rows"; ')
        for name in os.listdir(conf):
            path = os.path.join(conf, name)
            with open(path, encoding="utf-8") as f:
                text = f.read()
            with open(path, "w", encoding="utf-8") as f:
                f.write(re.sub(r'(done|inputs) = "raw_rows"',
                               r'\1 = "rows_raw"', text))
        self.assertIn("~ checks rows_raw: renamed, was raw_rows",
                      self.gives(2, "config", "diff", conf))
        plan = self.json(2, "config", "plan", conf)
        self.assertEqual(plan["diff"]["counts"], {
            "added": 0, "changed": 0, "removed": 0, "renamed": 1})
        self.assertEqual(plan["behaviour"]["difference"]["rules"], [])
        self.assertFalse(any(plan["behaviour"]["difference"]
                             ["findings"].values()))

    def test_last(self):
        # its clock goes on: a date may end between two questions
        first = self.json(0, "backtest", "--conf", self.site.conf)["to"]
        plan = self.json(0, "config", "plan", self.site.conf, "--last", "2")
        last = self.json(0, "backtest", "--conf", self.site.conf)["to"]
        self.assertEqual(plan["behaviour"]["dates"], 2)
        self.assertLessEqual(first, plan["behaviour"]["to"])
        self.assertLessEqual(plan["behaviour"]["to"], last)


class Alone(Operator):
    """Nobody runs: everything is given."""

    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        stage = Stage(BUILD, cls.tmp.name, 1)
        os.makedirs(stage.plugins)
        stage.link_plugins()
        cls.plugins, cls.socket = stage.plugins, stage.socket

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    def candidate(self, name, old, new):
        path = os.path.join(self.tmp.name, self.id().rsplit(".", 1)[1])
        os.makedirs(path)
        for file in sorted(os.listdir(NBA)):
            if file.endswith(".conf"):
                shutil.copy(os.path.join(NBA, file), path)
        with open(os.path.join(path, name), encoding="utf-8") as f:
            text = f.read()
        self.assertEqual(text.count(old), 1)
        with open(os.path.join(path, name), "w", encoding="utf-8") as f:
            f.write(text.replace(old, new))
        return path

    def test_a_severity_that_changes(self):
        conf = self.candidate("30-gates-alarms.conf",
                              'below = "90%";   severity = "warning"',
                              'below = "90%";   severity = "critical"')
        text = self.gives(2, "config", "plan", conf, "--against", NBA, *WEEK)
        self.assertIn("~ 2026-01-13  alarm box_score_alarm: critical, was "
                      "warning  [30-gates-alarms.conf:24]", text)

    def test_an_alarm_that_goes(self):
        conf = self.candidate("30-gates-alarms.conf", 'need = 3;  require = '
                              '("pdc", "mlfs");\n    fix', 'need = 1;\n'
                              '    fix')
        text = self.gives(2, "config", "plan", conf, "--against", NBA, *WEEK)
        self.assertRegex(text, r"need = 3 \(30-gates-alarms.conf:\d+\) -> 1")
        self.assertRegex(text, r"require = \( \"pdc\", \"mlfs\" \) \(.*\) "
                               r"-> \(none\)")

    def test_a_quorum_that_lets_more_start(self):
        conf = self.candidate("30-gates-alarms.conf", 'need = 3;  require = '
                              '("pdc", "mlfs"); }', 'need = 2; }')
        plan = self.json(2, "config", "plan", conf, "--against", NBA, *WEEK)
        difference = plan["behaviour"]["difference"]
        starts = {s["name"]: s for s in difference["starts"]}
        self.assertGreater(starts["predict"]["dates"], 0)
        phases = {p["phase"]: p for p in difference["phases"]}
        self.assertLess(phases["predict"]["total_ms"], 0)
        self.assertRegex(self.gives(2, "config", "plan", conf, "--against",
                                    NBA, *WEEK),
                         r"~ phase predict: blocked -")

    def test_a_renamed_check_keeps_its_facts(self):
        """In a scenario, and in a CSV file with a row per check."""
        conf = self.candidate("20-checks.conf", '{ name = "tdza";',
                              '{ name = "zones";  was = "tdza";')
        path = os.path.join(conf, "30-gates-alarms.conf")
        for path in (path, os.path.join(conf, "40-recoveries.conf")):
            with open(path, encoding="utf-8") as f:
                text = f.read()
            with open(path, "w", encoding="utf-8") as f:
                f.write(text.replace('"tdza")', '"zones")'))
        self.assertIn("~ checks zones: renamed, was tdza", self.gives(
            2, "config", "diff", conf, NBA))
        found = self.json(2, "config", "plan", conf, "--against", NBA,
                          *WEEK)["behaviour"]["difference"]
        self.assertFalse(any(found["findings"].values()), found)
        facts = os.path.join(self.tmp.name, "long.csv")
        with open(facts, "w", encoding="utf-8") as f:
            f.write("date,check,value,arrived_at\n"
                    "2026-01-13,games,7,2026-01-13 01:00\n"
                    "2026-01-13,tdza,0,2026-01-14 07:00\n"
                    "2026-01-13,elsewhere,0,2026-01-14 07:00\n")
        p = self.call("backtest", "--conf", conf, "--against", NBA,
                      "--facts", facts, "--json")
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertIn("check 'elsewhere' is not in this configuration",
                      p.stderr)
        r = json.loads(p.stdout)
        self.assertEqual([f["name"] for f in r["candidate"]["firings"]],
                         [f["name"] for f in r["against"]["firings"]])
        self.assertFalse([u for u in r["candidate"]["unknowable"]
                          if u.get("name") == "zones"])

    def test_errors_are_no_changes(self):
        bad = self.candidate("90-site.conf", 'plugin = "console"',
                             'plugin = "consul"')
        for words in (("config", "diff", bad, NBA),
                      ("config", "plan", bad, "--against", NBA, *WEEK),
                      ("config", "plan", NBA, "--against", NBA),
                      ("config", "plan", NBA, "--wrong"),
                      ("config", "diff"),
                      ("config", "plan", NBA, "--against", NBA, *WEEK,
                       "--from", "never")):
            p = self.call(*words)
            self.assertEqual(p.returncode, 1, (words, p.stdout, p.stderr))
            self.assertEqual(p.stdout, "")
            self.assertNotEqual(p.stderr, "")

    def test_added_and_removed(self):
        conf = self.candidate("30-gates-alarms.conf", '  { name = "'
                              'context_alarm";', '  { name = "ctx";')
        d = self.json(2, "config", "diff", conf, NBA)
        self.assertEqual({(o["list"], o["name"], o["change"])
                          for o in d["objects"]},
                         {("alarms", "ctx", "added"),
                          ("alarms", "context_alarm", "removed")})
        self.assertEqual(self.gives(0, "config", "diff", conf, conf),
                         "nothing differs\n")

    def test_help_says_the_exit_codes(self):
        for verb in (("config", "plan"), ("config", "diff")):
            p = subprocess.run([program(BUILD, "gatewarden"), "help", *verb],
                               capture_output=True, text=True, check=True)
            self.assertIn("Exit 0", p.stdout)
            self.assertIn("2 when something", " ".join(p.stdout.split()))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
