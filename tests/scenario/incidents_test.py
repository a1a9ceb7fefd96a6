#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The incidents of the catalogue, as scenarios, and what comes of them now.

Each *.scenario in conf.d/nba/scenarios is one: what was recorded, what is
expected, how long it took until somebody noticed, and how long it takes now.
All are played in one call, and all that they expect has to be met. The table
in docs/incidents.md is made from what this prints (--write), and compared.

The catalogue lies beside the source tree, in ../shared/domain/data (or where
GATEWARDEN_DOMAIN_DATA says), and not in it: without it only the comparison
with it is skipped.
"""
import csv
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
NBA = os.path.join(TOP, "conf.d", "nba")
SCENARIOS = os.path.join(NBA, "scenarios")
PAGE = os.path.join(TOP, "docs", "incidents.md")
DATA = os.environ.get("GATEWARDEN_DOMAIN_DATA") or os.path.join(
    os.path.dirname(TOP), "shared", "domain", "data")
CATALOGUE = os.path.join(DATA, "incidents.csv")
WORDS = [w for w in sys.argv[1:] if w != "--write"]
BUILD = os.path.abspath(WORDS[0] if WORDS else ".")
BEGIN = "<!-- made by tests/scenario/incidents_test.py --write -->\n"
sys.path.insert(0, os.path.join(NBA, "lib"))

from stage import Stage, program                       # noqa: E402


def play(tmp, *words, paths=(SCENARIOS,), fmt="--json"):
    """(exit code, what was printed, what was complained of)"""
    stage = Stage(BUILD, tmp, 1)
    os.makedirs(stage.plugins, exist_ok=True)
    stage.link_plugins()
    command = [program(BUILD, "gatewarden"), "simulate", NBA, "--plugin-dir",
               stage.plugins, "--host", program(BUILD, "gatewarden-host")]
    for path in paths:
        command += ["--scenario", path]
    p = subprocess.run([*command, *words, *([fmt] if fmt else [])],
                       capture_output=True, text=True, check=False)
    return p.returncode, p.stdout, p.stderr


def hours(text):
    """"~1940", "2": hours; None: nobody knows."""
    text = (text or "").lstrip("~")
    return float(text) if re.fullmatch(r"[\d.]+", text) else None


def since(ms):
    """How long, in the two largest units."""
    if ms is None:
        return "-"
    minutes = round(ms / 60000)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min".replace(" 0 min", "")


def historical(about):
    text = about.get("historical")
    if text in (None, "", "-"):
        return "not recorded"
    approximate, h = text.startswith("~"), hours(text)
    days = f" ({h / 24:.0f} days)" if h >= 48 else ""
    return f"{'about ' if approximate else ''}{h:g} h{days}"


def table(played):
    """The rows of docs/incidents.md."""
    lines = ["| incident | date | what | noticed then | noticed now | now |",
             "|---|---|---|---|---|---|"]
    for s in played:
        a = s["about"]
        name = os.path.basename(s["scenario"]).removesuffix(".scenario")
        lines.append(f"| `{name}` | {a['date']} | {a['title']} | "
                     f"{historical(a)} | {since(a.get('detected_ms'))} | "
                     f"{a['outcome']} |")
    return "\n".join(lines) + "\n"


def sums(played):
    """What the rows come to, for the page."""
    ours = [s["about"] for s in played if s["about"].get("incident")]
    count = {}
    for a in ours:
        count[a["outcome"]] = count.get(a["outcome"], 0) + 1
    both = sorted((hours(a["historical"]), a["detected_ms"] / 3600000)
                  for a in ours if hours(a.get("historical")) is not None
                  and a.get("detected_ms") is not None)
    then = sorted(h for h, _ in both)
    now = sorted(h for _, h in both)
    return (f"{len(ours)} incidents of the catalogue: "
            f"{count.get('blocked', 0)} blocked, "
            f"{count.get('repaired', 0)} repaired, "
            f"{count.get('told', 0)} only told, {count.get('quiet', 0)} that "
            "were none and stay quiet. Of the "
            f"{len(both)} of which both delays are known the median was "
            f"{then[len(then) // 2]:g} h then, and is "
            f"{now[len(now) // 2]:.1f} h now.\n")


class Incidents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        cls.code, out, cls.err = play(cls.tmp.name)
        cls.result = json.loads(out)
        cls.played = cls.result["scenarios"]

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    def test_all_that_is_expected_is_met(self):
        for s in self.played:
            for e in s["expectations"]:
                self.assertTrue(e["met"], e)
            self.assertGreaterEqual(len(s["expectations"]), 4, s["scenario"])
        self.assertEqual(self.code, 0, self.err)
        self.assertEqual(
            [s["scenario"] for s in self.played],
            sorted(glob.glob(os.path.join(SCENARIOS, "*.scenario"))))

    def test_there_are_enough_of_the_catalogue(self):
        names = [s["about"]["incident"] for s in self.played
                 if s["about"].get("incident")]
        self.assertEqual(len(names), len(set(names)))
        self.assertGreaterEqual(len(names), 20)

    def test_each_says_what_it_was_and_is(self):
        for s in self.played:
            a = s["about"]
            self.assertRegex(a["date"], r"^20\d\d-\d\d-\d\d$")
            self.assertTrue(a["title"] and a["what"], s["scenario"])
            expected = [e["expected"].split()[0] for e in s["expectations"]]
            self.assertIn("detected", expected, s["scenario"])
            self.assertIn("outcome", expected, s["scenario"])

    def test_what_was_then_is_the_catalogues(self):
        if not os.path.exists(CATALOGUE):
            self.skipTest(f"no {CATALOGUE}")
        with open(CATALOGUE, encoding="utf-8") as f:
            known = {r["incident"]: r for r in csv.DictReader(f)}
        for s in self.played:
            a = s["about"]
            if not a.get("incident"):
                continue
            row = known[a["incident"]]
            self.assertEqual(a["historical"], row["detection_lag_hours"], a)
            self.assertLessEqual(row["start"], a["date"], a)
            self.assertLessEqual(a["date"], row["end"] or row["start"], a)

    def test_nothing_takes_longer_than_it_did(self):
        print("\n" + table(self.played))
        print(sums(self.played))
        for s in self.played:
            a = s["about"]
            then = hours(a.get("historical"))
            if then is None or a.get("detected_ms") is None:
                continue
            self.assertLessEqual(a["detected_ms"] // 60000, then * 60, a)

    def test_the_page_has_them(self):
        with open(PAGE, encoding="utf-8") as f:
            page = f.read()
        self.assertIn(BEGIN, page)
        self.assertEqual(page.split(BEGIN)[1],
                         "\n" + table(self.played) + "\n" + sums(self.played))

    # ---- that they can fail

    def changed(self, name, old, new):
        """A scenario that says something else, beside its base."""
        with open(os.path.join(SCENARIOS, name + ".scenario"),
                  encoding="utf-8") as f:
            text = f.read()
        self.assertIn(old, text)
        for base in ("ordinary.base", "odds.base", "odds.conf"):
            text = text.replace(f'"{base}"',
                                f'"{os.path.join(SCENARIOS, base)}"')
        path = os.path.join(self.tmp.name, "changed.scenario")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace(old, new))
        return path

    def unmet(self, *change):
        path = self.changed(*change)
        code, out, _ = play(self.tmp.name, paths=(path,))
        r = json.loads(out)
        self.assertEqual(code, 3 if r["unmet"] else 0)
        return [(e["expected"], e["instead"]) for e in r["expectations"]
                if not e["met"]]

    def test_another_world_is_noticed(self):
        """Had the processors been there, nothing would have been blocked."""
        found = self.unmet("phase4-jan16-18", "pdc = 0;  pcf = 0;", "")
        self.assertTrue([e for e, _ in found if e.startswith("recovery")])
        self.assertTrue([e for e, _ in found if e.startswith("finding")])
        found = self.unmet("jan26-false-alarm", "expect = (",
                           'recorded = ( { date = "2026-01-26"; '
                           'box_scores = "0/7"; gamebooks = "0/7"; } );\n'
                           "expect = (")
        self.assertTrue([i for e, i in found if e == "messages 0" and
                         "raw missed 06:00" in i], found)

    def test_another_claim_is_noticed(self):
        self.assertEqual(
            [e for e, _ in self.unmet("grading-absent", 'outcome = "told"',
                                      'outcome = "repaired"')],
            ["outcome repaired"])
        self.assertEqual(
            [e for e, _ in self.unmet("grading-absent", 'detected = "4h"',
                                      'detected = "3h"')], ["detected 3h"])

    def test_several_are_summed_up(self):
        path = self.changed("grading-absent", 'outcome = "told"',
                            'outcome = "repaired"')
        other = os.path.join(SCENARIOS, "pdc-timeout.scenario")
        code, out, err = play(self.tmp.name, paths=(path, other), fmt=None)
        self.assertEqual(code, 3, err)
        self.assertIn("changed.scenario:13: NOT met: outcome repaired", out)
        self.assertRegex(out, r"(?m)^met +\d+ of \d+  .*pdc-timeout")
        self.assertIn("2 scenarios: 1 met, 1 not met", out)
        code, out, err = play(self.tmp.name,
                              paths=(os.path.join(self.tmp.name, "none"),
                                     other), fmt=None)
        self.assertEqual(code, 1)
        self.assertIn("does not exist", err)


def write():
    """Makes the generated part of the page anew."""
    with tempfile.TemporaryDirectory(prefix="gatewarden-") as tmp:
        _, out, err = play(tmp)
        played = json.loads(out)["scenarios"]
        sys.stderr.write(err)
    with open(PAGE, encoding="utf-8") as f:
        page = f.read().split(BEGIN)[0]
    with open(PAGE, "w", encoding="utf-8") as f:
        f.write(page + BEGIN + "\n" + table(played) + "\n" + sums(played))


def main():
    if "--write" in sys.argv:
        write()
        return 0
    unittest.main(argv=sys.argv[:1], verbosity=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
