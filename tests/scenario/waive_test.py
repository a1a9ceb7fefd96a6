#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What a person says will never come: it leaves what is owed, stays in sight,
and is noticed when it comes after all.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import DATE, Scenario, check, checks, days_before  # noqa: E402
from stage import wait_for                             # noqa: E402

# Of the items a, b and c that a date should have, those that are there.
GAMES = """  { name = "games";  plugin = "sql_coverage";
    expected = "SELECT 'a' UNION SELECT 'b' UNION SELECT 'c'";
    actual = "SELECT substr(name, 6) FROM seen WHERE name LIKE 'game_%%'
              AND day = :date AND arrived_at <= :now"; }"""
ALARM = """
alarms = ( { name = "games_alarm";  plugin = "all";  inputs = "games"; } );
recoveries = ( { name = "fetch";  action = "work";  repairs = "games";
                 retry = { attempts = 1; };
                 verify = { after = "1m";  every = "1m";  within = "5m"; };
                 } );
"""


class Waive(Scenario):
    def prepare(self):
        self.site.put("40-checks.conf", checks(
            check("raw_rows", "raw"), check("load_rows", "load"),
            check("publish_rows", "publish"), GAMES.replace("%%", "%")))
        self.site.put("41-alarm.conf", ALARM)
        for day in days_before(DATE, 8) + [DATE]:
            for name in ("raw", "load", "publish", "game_a", "game_b"):
                self.site.bring(name, day)
            if day != DATE:
                self.site.bring("game_c", day)

    def games(self):
        for c in self.site.ask("checks", "--date",
                               DATE)["pipelines"][0]["checks"]:
            if c["check"] == "games":
                return c
        raise AssertionError("no check games")

    def waive(self, *words, code=0):
        p = self.site.gatewarden("waive", "games", DATE, "--reason",
                                 "never recorded", *words)
        self.assertEqual(p.returncode, code, p.stdout + p.stderr)
        return p.stdout + p.stderr

    def open_incidents(self):
        return [n for n, rows in self.site.journal().incidents(DATE).items()
                if rows[-1]["data"]["open"]]

    def read(self, **wanted):
        return wait_for(f"games to read {wanted}", 30, lambda: all(
            self.games().get(k) == v for k, v in wanted.items()), 0.1)

    def test_from_the_first_word_to_the_arrival(self):
        self.site.run()
        wait_for("an incident", 60, self.open_incidents, 0.1)
        wait_for("the repair to end", 60, lambda: [
            a for a in self.site.journal().attempts(DATE)
            if a["state"] == "closed"], 0.1)

        said = self.waive("--items", "d", code=2)
        self.assertIn("an item that 'games' lacks", said)
        said = self.waive("--items", "c", "--dry-run")
        self.assertEqual(said.splitlines()[0],
                         f"games {DATE}: affects 1 date, 1 item; "
                         "nothing was waived")
        self.assertEqual(self.games()["result"], "fail")

        said = self.waive("--items", "c", "--until", "5d")
        self.assertRegex(said, r"(?s)waiver \d+, until .*undo \d+")
        self.read(result="pass", expected=2, waived=["c"], waived_count=1,
                  missing=[])
        wait_for("the incident to end", 30,
                 lambda: not self.open_incidents(), 0.1)
        starts = self.site.runs(day=DATE)
        p = self.site.gatewarden("checks", "--date", DATE)
        self.assertRegex(p.stdout, r"2 of 2, 1 waived .*waived c until .*"
                         r"by uid \d+: never recorded \(undo \d+\)")
        p = self.site.gatewarden("status")
        self.assertRegex(p.stdout, r"waived \(1\)\n.*games 2026-01-15 .*"
                         r"gatewarden undo \d+")

        # a restart forgets nothing of it
        self.site.stop()
        self.site.run()
        self.read(result="pass", waived_count=1)
        self.assertFalse(self.open_incidents())

        # without the waiver it is judged as before, and with it again
        number = self.site.ask("status")["waivers"][0]["waiver"]
        p = self.site.gatewarden("undo", str(number))
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        self.read(result="fail", expected=3, missing=["c"])
        wait_for("an incident", 60, self.open_incidents, 0.1)
        self.waive("--items", "c", "--until", "5d")
        self.read(result="pass", waived_count=1)

        # it comes after all
        self.site.bring("game_c", DATE)
        self.site.gatewarden("check", "run", "games", "--date", DATE)
        self.read(result="pass", value=3, expected=3)
        self.assertEqual(self.site.ask("status")["waivers"], [])
        p = self.site.gatewarden("checks", "--date", DATE)
        self.assertIn("it arrived after all", p.stdout)
        rows = [e["data"] for e in self.site.journal().events
                if e["kind"] == "waiver"]
        self.assertEqual([r["state"] for r in rows],
                         ["live", "undone", "live", "needless"])
        self.assertEqual((rows[0]["check"], rows[0]["items"],
                          rows[0]["reason"]),
                         ("games", "c", "never recorded"))
        self.assertEqual(self.site.runs(day=DATE), starts)
        self.sound()

    def test_a_whole_check(self):
        self.site.run()
        wait_for("an incident", 60, self.open_incidents, 0.1)
        self.waive()
        self.read(result="skip")
        wait_for("the incident to end", 30,
                 lambda: not self.open_incidents(), 0.1)
        self.assertIn("waived all of it", self.site.gatewarden(
            "explain", "games", DATE).stdout)
        self.sound()


if __name__ == "__main__":
    small_site.main()
