#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Generated seasons: every planted trouble is found, and nothing else.

conf.d/nba/bin/make_season draws a season from the figures per game of the
recorded one and says at its end what has to be found. Here it is played for
several seeds, and held to be able to fail: a trouble that is taken out, or
one more that nobody planted, is noticed.
"""
import hashlib
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
SHIPPED = os.path.join(NBA, "sample", "season-generated.scenario")
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
SEEDS = (2, 3, 4, 5)
DAYS = "110"
# Of seed 7, 110 days: the same on every machine.
DIGEST = "0bc26522ebb74302398bee487522874b1313b976b2d548ab545f9d7c31bd21c2"
sys.path.insert(0, os.path.join(NBA, "lib"))

from stage import Stage, program                       # noqa: E402


def generate(seed, days=DAYS):
    return subprocess.run(
        [os.path.join(NBA, "bin", "make_season"), "--seed", str(seed),
         "--days", days], capture_output=True, text=True,
        check=True).stdout


class Generated(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        stage = Stage(BUILD, cls.tmp.name, 1)
        os.makedirs(stage.plugins)
        stage.link_plugins()
        cls.plugins = stage.plugins
        cls.text = generate(SEEDS[0])

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    def play(self, text=None, path=None):
        """(exit code, result)"""
        if path is None:
            path = os.path.join(self.tmp.name, "played.scenario")
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        p = subprocess.run(
            [program(BUILD, "gatewarden"), "simulate", NBA, "--scenario",
             path, "--plugin-dir", self.plugins, "--host",
             program(BUILD, "gatewarden-host"), "--json"],
            capture_output=True, text=True, check=False)
        self.assertIn(p.returncode, (0, 3), p.stderr)
        return p.returncode, json.loads(p.stdout)

    def holds(self, code, result, planted):
        unmet = [e for e in result["expectations"] if not e["met"]]
        self.assertEqual((code, unmet), (0, []))
        self.assertEqual(result["unmet"], 0)
        found = {f["date"] for f in result["findings"]}
        self.assertLessEqual(found, planted)
        counts = result["counts"]
        print(f"  {result['about']['title']}: {counts['dates']} dates, "
              f"{len(planted)} planted, {counts['findings']} findings on "
              f"{len(found)} dates, {counts['messages']} messages")

    def planted(self, text):
        """The dates that the head lists."""
        head = text.split("\nabout = ")[0]
        return set(re.findall(r"(?m)^#   (\d{4}-\d\d-\d\d)  ", head))

    def test_the_one_that_ships(self):
        with open(SHIPPED, encoding="utf-8") as f:
            text = f.read()
        self.assertEqual(text, generate(1, "160"))
        self.holds(*self.play(path=SHIPPED), self.planted(text))

    def test_other_seeds(self):
        for seed in SEEDS:
            text = self.text if seed == SEEDS[0] else generate(seed)
            planted = self.planted(text)
            self.assertEqual(len(planted), 22)
            self.holds(*self.play(text), planted)

    def test_every_kind_is_planted(self):
        kinds = set(re.findall(r"# planted: (\w+)", self.text))
        self.assertEqual(kinds, {
            "partial_load", "nothing_predicted", "processors_missing",
            "required_missing", "lagging_source", "lost_games",
            "late_arrival", "partial_contexts", "duplicate_load"})

    def test_the_same_seed_gives_the_same_bytes(self):
        digest = hashlib.sha256(generate(7).encode()).hexdigest()
        self.assertEqual(digest, DIGEST)
        self.assertNotEqual(generate(7), generate(8))

    # ---- that it can fail

    def one_more(self, text):
        """(date, text): a processor is empty on a date that nobody planted
        anything on."""
        date, rest = re.search(
            r"(?m)^  \{ date = \"(2026-01-\d\d)\"; games = [5-9];"
            r"((?:(?!date = )[\s\S])*? )pdc = \"\d+ at", text).groups()
        self.assertNotIn(date, self.planted(text))
        at = text.index(f'date = "{date}"') + len(rest)
        return date, text[:at] + re.sub(r'pdc = "\d+ at', 'pdc = "0 at',
                                        text[at:], count=1)

    def test_what_is_gone_and_what_is_too_much_is_noticed(self):
        gone = re.search(r"# planted: nothing_predicted\n"
                         r"  \{ date = \"(\S+)\";", self.text).group(1)
        more, text = self.one_more(self.text.replace(
            'predicted = "never"', "predicted = 70"))
        code, result = self.play(text)
        unmet = [e["expected"] for e in result["expectations"]
                 if not e["met"]]
        self.assertEqual(code, 3)
        self.assertTrue([e for e in unmet if e.startswith(
            f"finding predict, kind phase, date {gone}")], unmet)
        self.assertTrue([e for e in unmet if e.startswith("findings ")])
        self.assertIn(("precompute", more), {(f["root"], f["date"])
                                             for f in result["findings"]})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
