#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""A backfill of 30 dates with a real daemon that is killed again and again,
and a pause in between: each missing item is made once, and the live date's
alarm opens, is told and ends as if nothing else were going on.
"""
import datetime

from small_site import (DATE, PARTS, PIPELINE, Scenario, check, checks,
                        days_before, main, wait_for)

FIRST, LAST, N = "2025-12-16", "2026-01-14", 30
OLD = days_before(DATE, 45)
RANGE = days_before(DATE, N)
WHOLE = RANGE[4::7]             # nothing is missing on these
LOADED = RANGE[2::7]            # only publish is
HOUR = 3600000

# The live date may still be acted on when the test has come to it.
WATCHES = PIPELINE.replace('watch_for = "5d"', 'watch_for = "46d"').replace(
    'act_within = "3d"', 'act_within = "15d"').replace(
    'every = "30m";', 'every = "30m";  backfill = { at_most = 3; };'
    '  retry = { attempts = 3;  initial = "1m"; };')


def missing():
    """What is to be made: (name, date)."""
    return sorted([("load", d) for d in RANGE if d not in WHOLE + LOADED]
                  + [("publish", d) for d in RANGE if d not in WHOLE])


class Backfill(Scenario):
    def prepare(self):
        self.site.put("30-pipeline.conf", WATCHES)
        self.site.bring("raw", *OLD)
        for name in ("load", "publish"):
            self.site.bring(name, *WHOLE)
        self.site.bring("load", *LOADED)

    # ---- what is asked

    def begin(self, *words):
        p = self.site.gatewarden("backfill", "start", *words, "--reason",
                                 "the outage", "--yes")
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        return self.state()["backfill"]

    def state(self):
        return self.site.ask("backfill", "status")["backfills"][0]

    def turn(self, verb, number):
        p = self.site.gatewarden("backfill", verb, str(number))
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)

    def wait_ended(self, n, seconds=60):
        wait_for(f"{n} dates to have ended", seconds, lambda:
                 self.state()["ended"] >= n, 0.03)

    def kill(self):
        self.site.kill()
        self.site.run()

    # ---- what has become of it

    def told(self, until):
        """Of the dates up to that one; those after it have no data."""
        return [m for m in self.site.told() if m["kind"] != "adopted"
                and (m["date"] or "") <= until]

    def made(self):
        """(name, date) of each item that was made by an action."""
        rows = self.site.sql("SELECT name, day, arrived_at FROM seen"
                             " WHERE arrived_at NOT LIKE '2020%'"
                             " AND name <> 'raw' AND day < '2026-01-15'")
        return sorted((name, day) for name, day, _ in rows)

    def starts(self):
        return [e for e in self.site.journal().of("attempt")
                if e["data"]["state"] == "intent"]

    def at_most_at_once(self, most):
        for e in self.site.journal().of("backfill"):
            self.assertLessEqual(e["data"]["dates"].count("a"), most)
            if not e["data"]["proven"]:
                self.assertLessEqual(e["data"]["dates"].count("a"), 1)


class Line7ThirtyDates(Backfill):
    def test_with_kills_and_a_pause(self):
        site = self.site
        site.run()
        wait_for("all to be measured", 60, site.measured, 0.05)
        self.plan()
        number = self.begin(f"{FIRST}..{LAST}")
        for n in (1, 6, 11):
            self.wait_ended(n)
            self.kill()
        self.pause(number)
        for n in (15, 20, 26):
            self.wait_ended(n)
            self.kill()
        self.wait_ended(N)
        state = self.state()
        self.assertEqual((state["state"], state["gave_up"]), ("done", 0),
                         state)
        self.assertEqual(state["whole"], len(WHOLE))
        self.assertEqual(state["repaired"], N - len(WHOLE))
        self.assertEqual(self.made(), missing())
        self.at_most_at_once(3)
        self.attempts_are_its_own(number)
        self.estimate()
        self.live_date()
        self.sound()

    def plan(self):
        plan = self.site.ask("backfill", "plan", f"{FIRST}..{LAST}")
        self.assertEqual(plan["counts"], {
            "missing": N - len(WHOLE), "whole": len(WHOLE), "idle": 0,
            "stuck": 0, "unknown": 0})
        self.assertEqual(plan["starts"], len(missing()))
        self.assertIsNone(plan["estimate_ms"])
        self.assertEqual(plan["no_history"], ["work"])

    def estimate(self):
        """By now it is known how long such runs take."""
        plan = self.site.ask("backfill", "plan", "2025-12-12..2025-12-15")
        self.assertEqual((plan["counts"]["missing"], plan["no_history"]),
                         (4, []))
        self.assertGreater(plan["estimate_ms"], 0)

    def pause(self, number):
        """Nothing new starts, whatever the time, also after a kill."""
        self.turn("pause", number)
        wait_for("what runs to be proved", 30, lambda: all(
            a["state"] == "closed" for a in self.attempts().values()), 0.1)
        before = len(self.starts())
        self.kill()
        self.site.until(self.site.now() + HOUR)
        self.assertEqual(len(self.starts()), before)
        self.assertEqual(self.state()["state"], "paused")
        self.turn("resume", number)

    def attempts(self):
        """The last row of each attempt on a past date."""
        return {e["data"]["id"]: e["data"]
                for e in self.site.journal().of("attempt")
                if e["date"] != DATE}

    def attempts_are_its_own(self, number):
        for row in self.attempts().values():
            self.assertEqual(row["backfill"], number)
            self.assertFalse(row["by_person"])
        for e in self.starts():
            self.assertNotIn(e["date"], WHOLE)
            self.assertIn(e["date"], RANGE + [DATE])

    def live_date(self):
        """Its raw data is due at 06:00 and never came: told then, and ended
        when it has come after all."""
        site = self.site
        due = datetime.datetime.fromisoformat("2026-01-16T06:00:00-05:00")
        due_ms = int(due.timestamp() * 1000)
        site.until(due_ms + HOUR // 2)
        told = site.told(date=DATE)
        self.assertEqual([m["kind"] for m in told], ["opened"])
        self.assertLess(told[0]["queued_at"] - due_ms, 5 * 60000)
        site.bring("raw", DATE)
        site.gatewarden("recheck", DATE)
        site.reached(DATE, "publish", "done")
        wait_for("the end to be told", 30, lambda: [
            m["kind"] for m in site.told(date=DATE)] ==
            ["opened", "resolved"], 0.1)
        self.assertEqual({m["date"] for m in self.told(DATE)}, {DATE})
        self.evidence(f"{len(self.made())} items made once over 7 kills and"
                      f" a pause, the live date told {told[0]['kind']}")


class Vector11(Backfill):
    def test_an_old_date_neither_freshens_today_nor_pages(self):
        site, day = self.site, RANGE[3]
        site.run()
        wait_for("all to be measured", 60, site.measured, 0.05)
        site.gatewarden("recheck", DATE)
        before = {c["check"]: c.get("since") for c in self.checks_of(DATE)}
        self.begin(day)
        wait_for("the date to be whole", 60,
                 lambda: self.state()["state"] == "done", 0.05)
        self.assertEqual(self.made(), [("load", day), ("publish", day)])
        now = {c["check"]: c for c in self.checks_of(DATE)}
        for name, since in before.items():
            self.assertNotEqual(now[name]["result"], "pass", name)
            self.assertEqual(now[name].get("since"), since, name)
        site.settled()
        self.assertEqual(self.told(LAST), [])
        self.sound()

    def checks_of(self, date):
        return self.site.ask("checks", "--date",
                             date)["pipelines"][0]["checks"]


class Canary(Backfill):
    def test_one_that_fails_is_seen_in_the_morning(self):
        """Nothing else is started, nobody is woken, and status asks."""
        site = self.site
        site.put("10-parts.conf", PARTS.replace('"{operation}"',
                                                '"{operation}", "0"'))
        for name in ("raw", "load", "publish"):
            site.bring(name, DATE)      # nothing but the backfill needs one
        site.run()
        wait_for("all to be measured", 60, site.measured, 0.05)
        self.begin(f"{FIRST}..{LAST}", "--canary", RANGE[9])
        wait_for("it to stop", 60,
                 lambda: self.state()["state"] == "paused", 0.05)
        self.assertEqual(self.state()["stop"], "canary")
        needs = site.ask("status")["needs"]
        self.assertEqual([n["kind"] for n in needs], ["backfill"])
        self.assertIn("its canary did not become whole",
                      needs[0]["sentence"])
        self.assertEqual({e["date"] for e in self.starts()}, {RANGE[9]})
        self.assertEqual(self.told(DATE), [])
        self.sound()


class StandIn(Scenario):
    """The source of raw is given up, and another one's check stands in."""

    def prepare(self):
        self.site.put("40-checks.conf", checks(
            check("raw_rows", "raw", 'min = 1;  source = "old";'),
            check("raw2_rows", "raw2", 'min = 1;  source = "new";'
                  '  pipeline = "small";'),
            check("load_rows", "load"), check("publish_rows", "publish")))
        self.site.put("50-sources.conf", """
sources = ( { name = "old";  retired = "2026-01-10";  instead = "new"; },
            { name = "new"; } );
actions = ( { name = "fetch";  plugin = "exec";
              argv = ("/bin/true", "{date}"); } );
recoveries = ( { name = "bring";  action = "fetch";
                 repairs = "raw2_rows"; } );
""")

    def test_what_it_lacks_is_repaired(self):
        self.site.run()
        wait_for("all to be measured", 30, self.site.measured, 0.05)
        plan = self.site.ask("backfill", "plan", "2026-01-12..2026-01-14",
                             "--phase", "raw")
        self.assertEqual(plan["counts"]["missing"], 3, plan)
        self.assertEqual([[a["recovery"] for a in d["actions"]]
                          for d in plan["dates"]], 3 * [["bring"]])


class Refused(Backfill):
    speed = 10.0        # DATE has not ended

    def refuses(self, *words):
        p = self.site.gatewarden("backfill", "plan", *words)
        self.assertNotEqual(p.returncode, 0, p.stdout)
        return p.stderr

    def test_ranges_that_are_none(self):
        self.site.run()
        self.assertIn("is empty", self.refuses(f"{LAST}..{FIRST}"))
        self.assertIn('Set watch_for = "107d"',
                      self.refuses(f"2025-10-01..{LAST}"))
        self.assertIn("367 dates, 366 are", self.refuses(
            "2024-01-01..2025-01-01"))
        self.assertIn("has not ended", self.refuses(f"{LAST}..{DATE}"))
        self.assertIn("FROM..TO", self.site.gatewarden(
            "help", "backfill", "plan").stdout)

    def test_nothing_is_done_without_a_yes(self):
        self.site.run()
        wait_for("all to be measured", 60, self.site.measured, 0.05)
        p = self.site.gatewarden("backfill", "start", RANGE[0], "--reason",
                                 "outage")
        self.assertEqual(p.returncode, 4)
        self.assertIn("1 to do", p.stdout)
        self.assertEqual(self.site.ask("backfill", "status")["backfills"],
                         [])


if __name__ == "__main__":
    main()
