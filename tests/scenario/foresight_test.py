#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Early warnings and usual values over the recorded season.

The sample's configuration with early_warning on and bands on what is counted,
played as season_test.py plays it. There must be few warnings; each early one
has to be on a date on which something is wrong, before the finding that says
so, and each value outside of its band has to be one that a person would look
at. What the season finds otherwise stays what it is.

Without the record, which isn't in this source tree, this is skipped (77).
"""
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from season_test import (BUILD, FACTS, FINDINGS, NBA, SCENARIO,  # noqa: E402
                         deserved, record)
from stage import Stage, program                                 # noqa: E402

# date, check: the phase or alarm that says so in the end.
EARLY = {
    ("2025-11-17", "contexts"): "context_alarm",
    ("2025-12-15", "contexts"): "context_alarm",
    ("2026-01-08", "box_scores"): "raw",
    ("2026-01-23", "psza"): "phase4_failure",
    ("2026-01-24", "box_scores"): "raw",
    ("2026-01-24", "pcf"): "phase4_failure",
    ("2026-01-25", "box_scores"): "raw",
}
# The record's zeros of its last date are hours before the first game.
CUT_OFF = ("2026-01-26", "contexts")

# Rows of predictions for each game, where half the season has 90 to 150 and
# the second half 30 to 110: what sticks out, and what doesn't.
OUTSIDE = {"2025-11-24", "2026-01-07", "2026-01-23"}


def configured(tmp, band):
    """A copy of the sample; with the band, the rows of predictions."""
    conf = os.path.join(tmp, "band" if band else "early")
    shutil.copytree(NBA, conf)
    edits = [("10-pipeline.conf", 'calendar = "games";',
              'calendar = "games";  early_warning = 8;')]
    if band:
        edits = [("20-checks.conf", '{ name = "predicted";',
                  '{ name = "predicted";  band = { history = "42d";'
                  ' min = 8; per_unit = true; };')]
    for name, old, new in edits:
        path = os.path.join(conf, name)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if text.count(old) != 1:
            raise AssertionError(f"{name}: {old}")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace(old, new))
    return conf


class Foresight(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        stage = Stage(BUILD, cls.tmp.name, 1)
        os.makedirs(stage.plugins)
        stage.link_plugins()
        cls.plugins = stage.plugins
        cls.record = record()
        with open(SCENARIO, encoding="utf-8") as f:
            text = f.read()
        cls.rows = os.path.join(cls.tmp.name, "rows.scenario")
        with open(cls.rows, "w", encoding="utf-8") as f:
            f.write(text.replace('"players_predicted"', '"predictions"'))

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    def simulate(self, conf, scenario, *words):
        p = subprocess.run(
            [program(BUILD, "gatewarden"), "simulate", conf, "--facts",
             FACTS, "--scenario", scenario, "--plugin-dir", self.plugins,
             "--host", program(BUILD, "gatewarden-host"), *words],
            capture_output=True, text=True, check=False)
        self.assertEqual(p.returncode, 0, p.stderr)
        return p.stdout

    def test_early_warnings_are_few_and_right(self):
        conf = configured(self.tmp.name, False)
        r = json.loads(self.simulate(conf, SCENARIO, "--json"))
        found = {(f["date"], f["root"], f["kind"]): f for f in r["findings"]}
        early = {k[:2]: f for k, f in found.items() if k[2] == "early"}
        self.assertEqual(set(early), set(EARLY) | {CUT_OFF})
        # and the season's findings are what they were
        self.assertEqual({k: f["severity"] for k, f in found.items()
                          if k[2] != "early"}, FINDINGS)
        for key, root in EARLY.items():
            f = early[key]
            late = [x for k, x in found.items()
                    if k[:2] == (key[0], root)]
            self.assertEqual(f["severity"], "info")
            self.assertEqual(len(late), 1)
            self.assertLess(f["since"], late[0]["since"])
            self.assertIn(root, deserved(self.record[key[0]]))
            print(f"{f['since']}  {f['title']}; {late[0]['title']} "
                  f"{late[0]['since']}")
        # one that opens and one that ends: never a reminder, never worse
        for m in r["messages"]:
            if m["incident"] in {f["incident"] for f in early.values()}:
                self.assertIn(m["kind"], ("opened", "resolved"))
                self.assertEqual(m["severity"], "info")

    def warnings(self, conf):
        lines = map(json.loads, self.simulate(
            conf, self.rows, "--timeline", "--jsonl").splitlines())
        return {x["date"] for x in lines if x["type"] == "line" and
                re.fullmatch(r"predicted: \d+, warn", x["text"])}

    def test_bands_warn_of_what_sticks_out(self):
        self.assertEqual(self.warnings(NBA), set())
        outside = self.warnings(configured(self.tmp.name, True))
        self.assertEqual(outside, OUTSIDE)
        each = {d: r["predictions"] / r["games_scheduled"]
                for d, r in self.record.items() if r["games_scheduled"]}
        for date in sorted(outside):
            before = [v for d, v in each.items() if d < date and v > 0]
            print(f"{date}  {self.record[date]['predictions']} rows, "
                  f"{each[date]:.0f} for each game, of "
                  f"{statistics.median(before[-28:]):.0f} usual")
        # The volume halved for good on 2026-01-06, on purpose: from the day
        # after the first warning of it on, no more was said.
        lower = [v for d, v in each.items() if "2026-01-08" <= d <=
                 "2026-01-22"]
        upper = [v for d, v in each.items() if "2025-11-24" <= d <=
                 "2025-12-12"]
        self.assertLess(statistics.median(lower),
                        0.6 * statistics.median(upper))


def main():
    if not os.path.exists(FACTS):
        print(f"skipped: no {FACTS} (set GATEWARDEN_DOMAIN_DATA)")
        return 77
    unittest.main(argv=sys.argv[:1], verbosity=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
