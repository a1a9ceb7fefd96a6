#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The nba sample without a daemon: its warehouse, its queries, its commands.

The queries are taken out of 20-checks.conf as they stand, so that what is
tested here is what the checks ask.
"""
import csv
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
NBA = os.path.join(os.path.dirname(os.path.dirname(HERE)), "conf.d", "nba")
BIN = os.path.join(NBA, "bin")
sys.path.insert(0, BIN)

import warehouse                                       # noqa: E402

LATER = "2026-02-01T00:00:00Z"
DATES = [f"2026-01-{d}" for d in range(13, 20)]


def queries():
    """{check: {option: SQL}} of 20-checks.conf."""
    with open(os.path.join(NBA, "20-checks.conf"), encoding="utf-8") as f:
        text = re.sub(r"(^|\s)#.*", "", f.read())
    found = {}
    for group in re.findall(r"\{(.*?)\}", text, re.S):
        name = re.search(r'name = "(\w+)"', group).group(1)
        found[name] = dict(re.findall(
            r'(value|expected|actual)\s*=\s*"(SELECT [^"]*)"', group))
    return found


def week():
    with open(os.path.join(NBA, "sample", "week.csv"),
              encoding="utf-8") as f:
        return {r["game_date"]: r for r in csv.DictReader(
            x for x in f if not x.startswith("#"))}


class Warehouse(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory()
        cls.fresh = os.path.join(cls.made.name, "warehouse.db")
        subprocess.run([os.path.join(BIN, "build_warehouse"),
                        os.path.join(NBA, "sample"), cls.fresh], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.made.cleanup()

    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.tmp.name, "warehouse.db")
        shutil.copy(self.fresh, self.path)
        self.db = sqlite3.connect(self.path)
        self.queries = queries()

    def tearDown(self):
        self.db.close()
        self.tmp.cleanup()

    def ask(self, check, option, date, now=LATER):
        return self.db.execute(self.queries[check][option],
                               {"date": date, "now": now}).fetchall()

    def one(self, *args):
        return self.ask(*args)[0][0]

    def command(self, name, *words, now=LATER, check=True):
        return subprocess.run(
            [os.path.join(BIN, name), "--warehouse", self.path,
             "--now", now, *words], check=check, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    # ---- the figures

    def test_every_query_binds_date_and_now(self):
        self.assertEqual(len(self.queries), 14)
        for name, options in self.queries.items():
            self.assertTrue(options, name)
            for sql in options.values():
                self.assertIn("= :date", sql)
                self.assertIn("arrived_at <= :now", sql)

    def test_figures_are_those_of_the_week(self):
        for date, row in week().items():
            self.assertEqual(self.one("games", "value", date),
                             int(row["games"]))
            for check, column in (("box_scores", "box_scores"),
                                  ("gamebooks", "gamebooks"),
                                  ("player_summary", "summary_games")):
                self.assertEqual(len(self.ask(check, "actual", date)),
                                 int(row[column] or 0), (date, check))
            for check in warehouse.PROCESSORS:
                self.assertEqual(self.one(check, "value", date),
                                 int(row[check] or 0), (date, check))
            self.assertEqual(self.one("graded", "value", date),
                             int(row["graded"]))

    def test_rows_and_players_of_the_summary(self):
        for date, row in week().items():
            n, players = self.db.execute(
                "SELECT count(*), count(DISTINCT player)"
                " FROM player_game_summary WHERE game_date = ?",
                (date,)).fetchone()
            self.assertEqual((n, players), (int(row["summary_rows"] or 0),
                                            int(row["summary_players"] or 0)))

    def test_missing_games_are_the_real_ones(self):
        gone = 0
        for date in DATES[:6]:
            there = {g for g, in self.ask("box_scores", "actual", date)}
            owed = {g for g, in self.ask("box_scores", "expected", date)}
            for game in owed - there:
                self.assertRegex(game, r"^\d{8}_[A-Z]{3}_[A-Z]{3}$")
                gone += 1
        self.assertEqual(gone, 17)

    def test_the_19th_has_five_games_that_nobody_expected(self):
        there = {g for g, in self.ask("box_scores", "actual", DATES[6])}
        owed = {g for g, in self.ask("box_scores", "expected", DATES[6])}
        self.assertEqual((len(owed), len(owed & there), len(there - owed)),
                         (3, 3, 5))

    def test_graded_expects_one_at_least(self):
        self.assertEqual(self.one("graded", "expected", DATES[0]), 1)

    # ---- arrival

    def test_nothing_is_there_before_it_arrives(self):
        early, late = "2026-01-14T11:59:59Z", "2026-01-14T12:00:00Z"
        self.assertEqual(self.one("pdc", "value", DATES[0], early), 0)
        self.assertEqual(self.one("pdc", "value", DATES[0], late), 183)

    def test_the_only_box_score_of_the_15th_came_before_the_games(self):
        for now, n in (("2026-01-15T23:04:59Z", 0),
                       ("2026-01-15T23:05:00Z", 1), (LATER, 1)):
            self.assertEqual(
                len(self.ask("box_scores", "actual", DATES[2], now)), n)

    def test_grades_came_by_hand_on_the_17th_or_never(self):
        for date in DATES[:4]:
            before = self.one("graded", "value", date,
                              "2026-01-17T21:33:00Z")
            after = self.one("graded", "value", date, "2026-01-17T23:42:00Z")
            self.assertEqual(before, 0)
            self.assertGreater(after, 0)
        for date in DATES[4:]:
            self.assertEqual(self.one("graded", "value", date), 0)

    # ---- the commands

    def test_a_scrape_succeeds_and_brings_nothing(self):
        out = self.command("scrape_bdl", "--date", DATES[0], "--games",
                           "20260113_ATL_LAL", "20260113_POR_GSW").stdout
        self.assertIn("status success, 0 box scores", out)
        self.assertEqual(len(self.ask("box_scores", "actual", DATES[0])), 5)

    def test_the_backfill_of_the_16th_repairs_one_of_two(self):
        for _ in range(2):
            self.command("process_date", "--date", DATES[3],
                         "--processors", "pdc", "pcf")
            self.assertEqual(self.one("pdc", "value", DATES[3]), 151)
            self.assertEqual(self.one("pcf", "value", DATES[3]), 0)

    def test_the_backfill_of_the_18th_repairs_all(self):
        self.command("process_date", "--date", DATES[5], "--processors",
                     "pdc", "psza", "pcf", "tdza")
        self.assertEqual([self.one(p, "value", DATES[5])
                          for p in ("pdc", "psza", "pcf", "mlfs", "tdza")],
                         [124, 445, 144, 144, 30])

    def test_rows_arrive_when_they_were_written(self):
        self.command("run_predictions", "--date", DATES[1],
                     now="2026-01-15T13:00:00.250Z")
        self.assertEqual(self.one("predicted", "value", DATES[1],
                                  "2026-01-15T12:59:59Z"), 0)
        self.assertEqual(self.one("predicted", "value", DATES[1],
                                  "2026-01-15T13:00:00Z"), 73)

    def test_predictions_are_the_real_ones_and_written_once(self):
        for date, row in week().items():
            self.command("run_predictions", "--date", date)
            self.command("run_predictions", "--date", date)
            got = self.db.execute(
                "SELECT count(*), count(DISTINCT player),"
                " count(DISTINCT system) FROM player_prop_predictions"
                " WHERE game_date = ?", (date,)).fetchone()
            self.assertEqual(got, tuple(int(row[k]) for k in (
                "predictions", "players", "systems")))

    def test_nothing_is_not_published(self):
        p = self.command("publish", "--date", DATES[0], check=False)
        self.assertNotEqual(p.returncode, 0)
        self.assertEqual(self.one("published", "value", DATES[0]), 0)

    def test_many_at_once(self):
        jobs = [subprocess.Popen(
            [os.path.join(BIN, "run_predictions"), "--warehouse", self.path,
             "--now", LATER, "--date", date], stdout=subprocess.DEVNULL)
            for date in DATES for _ in range(3)]
        self.assertEqual([p.wait() for p in jobs], [0] * len(jobs))
        self.assertEqual(self.db.execute(
            "SELECT count(*) FROM player_prop_predictions").fetchone()[0],
            sum(int(r["predictions"]) for r in week().values()))


if __name__ == "__main__":
    unittest.main()
