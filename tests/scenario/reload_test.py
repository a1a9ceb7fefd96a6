#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Reload of a running daemon: what is wrong is refused with one clear finding
and changes nothing; what is right takes over, and keeps what it should.
"""
import glob
import os
import re
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import (BUILD, CHECKS, DATE, PIPELINE,  # noqa: E402
                        TOLD, TOP, Scenario, check, checks, days_before)
from stage import program, wait_for                    # noqa: E402

WRONG = os.path.join(TOP, "tests", "config", "wrong")
REFILL = """
recoveries = ( { name = "refill";  action = "nothing";  repairs = "raw_rows";
                 retry = { attempts = 5;  initial = "30m"; };
                 no_effect_limit = 5;
                 verify = { after = "1m";  every = "1m";  within = "5m"; }; } );
actions = ( { name = "nothing";  plugin = "exec";  idempotent = true;
              argv = ("%(put)s", "%(dir)s", "raw", "{date}", "{now}",
                      "{operation}", "0"); } );
"""


class Reload(Scenario):
    def findings(self, p):
        """The lines of errors that a client printed."""
        return [x for x in p.stdout.splitlines() + p.stderr.splitlines()
                if re.match(r"\S+(:\d+)?: ", x)
                and not x.startswith("not reloaded")
                and ": warning: " not in x]

    def reload(self):
        return self.site.gatewarden("reload")

    def swapped(self):
        before = self.site.generation()
        p = self.reload()
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        self.assertEqual(self.site.generation(), before + 1)
        return p

    def refused(self, said, hup=False):
        """It is, with that finding and no other; the generation stays."""
        before = self.site.generation()
        p = self.reload()
        self.assertEqual(p.returncode, 1, p.stdout + p.stderr)
        found = self.findings(p)
        self.assertEqual(len(found), 1, p.stdout + p.stderr)
        self.assertTrue(found[0].endswith(said) or said in found[0],
                        f"{found[0]!r}, not {said!r}")
        self.assertIn("not reloaded: 1 error; the configuration from before"
                      " goes on", p.stdout)
        self.assertEqual(self.site.generation(), before)
        return found[0]

    def config_check(self, path=None):
        return subprocess.run(
            [program(BUILD, "gatewarden"), "config", "check",
             path or self.site.conf, "--plugin-dir", self.site.plugins,
             "--host", program(BUILD, "gatewarden-host")],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60, check=False)


class Wrong(Reload):
    """While a date waits, a repair backs off and an incident is open."""
    speed = 1200.0      # so many reloads, and it may still be acted on

    def prepare(self):
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))
        self.site.put("50-refill.conf", REFILL)

    def state(self):
        """What must survive."""
        j = self.site.journal()
        return {
            "incidents": sorted((n, rows[-1]["data"]["opened_at"])
                                for n, rows in j.incidents(DATE).items()),
            "attempts": [(a["id"], a["number"], a["state"])
                         for a in j.attempts(DATE)][:2],
            "generation": self.site.generation()}

    def config_finding(self, said):
        p = self.config_check()
        self.assertEqual(p.returncode, 1, p.stdout + p.stderr)
        self.assertEqual(len(self.findings(p)), 1, p.stdout)
        self.assertIn(said, p.stdout)
        self.assertRegex(p.stdout, r"(?m)^1 error, ")

    def is_refused(self, said):
        found = self.refused(said)
        self.config_finding(said)
        return found

    def golden(self):
        """The .said files hold what comes of each, alone in its place."""
        for path in sorted(glob.glob(os.path.join(WRONG, "0?-*.conf"))):
            with open(path[:-4] + "said", encoding="utf-8") as f:
                yield path, f.read().splitlines()[1]

    def in_place(self, make):
        """conf.d as `make` leaves it, for one reload."""
        aside = self.site.conf + ".aside"
        os.rename(self.site.conf, aside)
        try:
            return self.is_refused(make())
        finally:
            if os.path.isdir(self.site.conf):
                shutil.rmtree(self.site.conf)
            elif os.path.exists(self.site.conf):
                os.unlink(self.site.conf)
            os.rename(aside, self.site.conf)

    def only(self, path, said):
        os.mkdir(self.site.conf)
        shutil.copy(path, self.site.conf)
        return said

    def absent(self):
        return self.site.conf + ": does not exist"

    def beside(self, name, make, said):
        path = os.path.join(self.site.conf, name)
        make(path)
        try:
            return self.is_refused(said)
        finally:
            if os.path.isdir(path):
                os.rmdir(path)
            else:
                os.unlink(path)

    def twelve(self):
        for path, said in self.golden():
            yield self.in_place(lambda p=path, s=said: self.only(p, s))
        yield self.in_place(self.absent)
        yield self.beside("60-directory.conf", os.mkdir,
                          "60-directory.conf: is a directory, a file was"
                          " expected")
        yield self.beside("60-large.conf", large, "60-large.conf: is larger"
                          " than 8 MiB and was not read")

    def test_twelve(self):
        self.site.run()
        wait_for("two attempts", 30, lambda: len([
            a for a in self.site.journal().attempts(DATE)
            if a["state"] == "closed"]) >= 2, 0.1)
        before, checked = self.state(), self.site.ask("status")["daemon"]
        found = list(self.twelve())
        self.assertEqual(len(found), 12)
        for line in found:
            self.evidence(line)
        self.assertEqual(self.state(), before)
        # their period may be longer than all of the above took
        wait_for("checks go on being measured", 30, lambda:
                 self.site.ask("status")["daemon"]["checks_run"] >
                 checked["checks_run"], 0.05)
        self.goes_on()

    def goes_on(self):
        """The old generation still starts what may start."""
        self.site.bring("raw", DATE)
        self.site.reached(DATE, "publish", "done")
        self.assertEqual([r[1] for r in self.site.runs(day=DATE)
                          if r[1] != "raw"], ["load", "publish"])
        self.sound()

    def test_another_place_is_for_rehearsals(self):
        self.site.run()
        for _ in range(3):
            p = self.site.gatewarden("reload", "--conf", self.site.conf)
            self.assertEqual(p.returncode, 2, p.stdout)
            self.assertIn("'conf' goes with 'dry_run' only", p.stderr)
        self.assertEqual(self.site.generation(), 1)

    def test_hup(self):
        self.site.run()
        before = self.site.generation()
        self.site.put("60-wrong.conf", 'notifiers = ( { name = "x";\n'
                      '  plugin = "consol"; } );\n')
        self.site.daemon.send_signal(signal.SIGHUP)
        wait_for("the finding", 60, lambda: "the running configuration is"
                 " kept" in self.site.tail(100))
        self.assertIn("60-wrong.conf:2: ", self.site.tail(100))
        self.assertEqual(self.site.generation(), before)
        self.site.drop("60-wrong.conf")
        self.site.daemon.send_signal(signal.SIGHUP)
        wait_for("the new generation", 60,
                 lambda: self.site.generation() == before + 1)
        self.evidence("one finding and generation"
                      f" {before}; then generation {before + 1}")

class Right(Reload):
    """DATE's raw is missing, unless a test brings it; what was before is
    whole."""

    def prepare(self):
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))

    def incident(self):
        """The one of the missing raw, once it has opened."""
        def found():
            for rows in self.site.journal().incidents(DATE).values():
                if rows[-1]["data"]["kind"] == "phase":
                    return rows[-1]["data"]
            return None
        return wait_for("the incident", 30, found, 0.1)

    def check_row(self, name, date=DATE):
        for row in self.site.ask("checks", "--date",
                                 date)["pipelines"][0]["checks"]:
            if row["check"] == name:
                return row
        return None

    def measured(self, name, want, date=DATE):
        """Waits until the check reads so; the row."""
        def found():
            row = self.check_row(name, date)
            return row if row and row["result"] == want else None
        return wait_for(f"{name} to be {want}", 30, found, 0.1)

    def test_a_renamed_check_keeps_what_is_known(self):
        self.site.put("50-refill.conf", REFILL)
        self.site.run()
        number = self.incident()["number"]
        before = self.measured("raw_rows", "fail")
        attempts = self.site.journal().attempts(DATE)
        renamed = {"40-checks.conf": CHECKS, "30-pipeline.conf": PIPELINE,
                   "50-refill.conf": REFILL}
        for name, text in renamed.items():
            self.site.put(name, text.replace('"raw_rows";',
                                             '"raw_arrived";', 1))
        self.site.put("40-checks.conf", CHECKS.replace(
            'name = "raw_rows";',
            'name = "raw_arrived";  was = "raw_rows";'))
        self.swapped()
        after = self.measured("raw_arrived", "fail")
        self.assertIsNone(self.check_row("raw_rows"))
        self.assertEqual(after["since"], before["since"])
        self.assertGreaterEqual(after["in_row"], 2, "still confirmed")
        now = self.site.journal().attempts(DATE)
        self.assertEqual([a["id"] for a in now][:len(attempts)],
                         [a["id"] for a in attempts])
        self.assertEqual([a["number"] for a in now],
                         list(range(1, len(now) + 1)))
        self.assertEqual(self.incident()["number"], number)
        # and once more without the former name: the rows have moved
        self.site.put("40-checks.conf", CHECKS.replace(
            'name = "raw_rows";', 'name = "raw_arrived";'))
        self.swapped()
        self.assertEqual(self.measured("raw_arrived", "fail")["since"],
                         before["since"])
        self.site.bring("raw", DATE)
        self.site.reached(DATE, "publish", "done")
        kinds = [m["kind"] for m in self.site.told(incident=number)]
        self.assertEqual((kinds[0], kinds.count("opened"), kinds[-1]),
                         ("opened", 1, "resolved"))
        self.sound()
        self.evidence(f"since {after['since']}, {after['in_row']} in a row,"
                      f" incident {number}, {len(now)} attempts")

    def test_a_changed_limit_is_judged_at_once(self):
        self.site.bring("raw", DATE, n=3)
        self.site.run()
        self.site.reached(DATE, "publish", "done")
        self.measured("raw_rows", "pass")
        self.site.put("40-checks.conf", CHECKS.replace(
            'name = "raw_rows";  plugin = "sql";  min = 1;',
            'name = "raw_rows";  plugin = "sql";  min = 5;'))
        at = self.site.now()
        self.swapped()
        row = self.measured("raw_rows", "fail")
        self.assertEqual(row["limits"], "fail below 5")
        j = self.site.journal()
        turned = [e["at"] for e in j.of("check", DATE, "raw_rows")
                  if e["data"]["raw"] == "fail" and e["at"] >= at]
        # counted from the swap: how long a reload takes is no matter here
        swap = j.of("daemon")[-1]["at"]
        self.assertLess(turned[0] - swap, 10 * 60000)
        self.evidence(f"'{row['limits']}', judged"
                      f" {(turned[0] - swap) / 1000:.0f} virtual seconds"
                      " after the reload")

    def test_a_running_attempt_goes_on(self):
        wait = os.path.join(self.site.dir, "wait-load")
        with open(wait, "w", encoding="utf-8"):
            pass
        self.site.bring("raw", DATE)
        self.site.run()
        wait_for("the process", 30, lambda: self.site.runs("load", DATE))
        for _ in range(3):
            self.swapped()
            self.assertEqual(self.site.phase(DATE, "load")["view"],
                             "running")
        os.unlink(wait)
        self.site.reached(DATE, "publish", "done")
        tried = [(a["phase"], a["number"], a["state"], a["outcome"])
                 for a in self.site.journal().attempts(DATE)]
        self.assertEqual(tried, [("load", 1, "closed", "done"),
                                 ("publish", 1, "closed", "done")])
        self.assertEqual(len(self.site.runs(day=DATE)), 2)
        self.assertEqual(self.site.told(kind="opened"), [])
        self.sound()
        self.evidence("three reloads while load ran: one process, one"
                      " attempt, done")

    def test_holds_acks_and_budgets_stay(self):
        self.site.put("50-refill.conf", REFILL.replace(
            'no_effect_limit = 5;', 'no_effect_limit = 5;  per_date = 2;')
            .replace("attempts = 5", "attempts = 2"))
        self.site.run()
        number = self.incident()["number"]
        held = self.site.gatewarden("hold", "publish", "legal", "asks",
                                    "--until", "2026-02-01 09:00")
        self.assertEqual(held.returncode, 0, held.stderr)
        acked = self.site.gatewarden("ack", str(number), "--until",
                                     "2026-02-01 09:00")
        self.assertEqual(acked.returncode, 0, acked.stderr)
        wait_for("the plan to end", 30, lambda: [
            e for e in self.site.journal().of("recovery", DATE)
            if e["data"]["ended"] != "nothing"], 0.1)
        spent = len(self.site.runs("raw", DATE))
        for _ in range(3):
            self.swapped()
        at = self.site.now()
        self.site.until(at + 6 * 3600_000)
        self.assertEqual(len(self.site.runs("raw", DATE)), spent)
        self.site.bring("raw", DATE)
        self.site.reached(DATE, "load", "done")
        holds = self.site.ask("status")["holds"]
        self.assertEqual([(h["name"], h["reason"]) for h in holds],
                         [("publish", "legal asks")])
        row = self.site.phase(DATE, "publish")
        self.assertTrue(row["held"])
        self.assertEqual(self.site.runs("publish", DATE), [])
        acks = [rows[-1]["data"]["acked_by"] for n, rows in
                self.site.journal().incidents(DATE).items() if n == number]
        self.assertNotEqual(acks, [""])
        self.sound()
        self.evidence(f"{spent} repairs before and after, hold and ack of"
                      f" incident {number} stand")

    def test_a_removed_notifier_and_phase(self):
        self.site.put("21-more.conf", TOLD.replace("people", "others")
                      .replace("messages", "others"))
        self.site.put("20-told.conf", TOLD.replace(
            '"people"; } );\n"""', '"people"; } );').replace(
            'to = "people";', 'to = "people";  continue = true;'))
        self.site.bring("raw", DATE)
        self.site.run()
        self.site.reached(DATE, "publish", "done")
        self.site.settled()
        self.site.drop("21-more.conf")
        self.site.put("30-pipeline.conf", PIPELINE[:PIPELINE.index(
            ',\n    { name = "publish"')] + "\n  ); } );\n")
        self.site.put("40-checks.conf", checks(
            check("raw_rows", "raw"), check("load_rows", "load")))
        p = self.swapped()
        s = self.site.ask("status")
        self.assertEqual(s["pipelines"][0]["phases"], ["raw", "load"])
        self.assertEqual([n["notifier"] for n in
                          s["daemon"]["outbox"]["notifiers"]], ["people"])
        self.site.bring("raw", "2026-01-16")
        self.site.reached("2026-01-16", "load", "done", 60)
        self.sound()
        self.evidence("the next date goes its way without them; reload"
                      f" said: {p.stdout.strip()!r}")


class Gone(Reload):
    """What a reload takes away, while it is talked of."""

    def prepare(self):
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8), DATE)
        self.site.put("60-prices.conf", NEW)
        self.site.put("61-alarm.conf", ALARM.split("recoveries")[0])

    def test_an_incident_ends_with_its_rule(self):
        self.site.run()
        told = wait_for("the alarm", 60, lambda: self.site.told(
            kind="opened"), 0.1)
        number = told[0]["incident"]
        self.site.settled()
        self.site.drop("61-alarm.conf")
        self.swapped()
        last = wait_for("its end", 30, lambda: self.site.told(
            kind="resolved", incident=number), 0.1)
        self.assertIn("taken out of the configuration by a reload",
                      last[0]["text"])
        row = self.site.journal().incidents()[number][-1]["data"]
        self.assertFalse(row["open"])
        self.assertTrue(row["withdrawn"])
        self.site.until(self.site.now() + 4 * 3600_000)
        self.site.stop()
        self.site.run()
        self.assertEqual(len(self.site.told(incident=number)), 2)
        self.sound()


NEXT = "2026-01-16"     # ends while it is watched
WITH_PRICES = [*days_before("2026-01-14", 6), DATE]
NEW = checks(check("prices", "prices"))
ALARM = """
alarms = ( { name = "prices_alarm";  plugin = "all";  inputs = "prices"; } );
recoveries = ( { name = "prices_again";  action = "reprice";
                 repairs = "prices"; } );
actions = ( { name = "reprice";  plugin = "exec";  idempotent = true;
              argv = ("%(put)s", "%(dir)s", "prices", "{date}", "{now}",
                      "{operation}"); } );
"""


class New(Reload):
    """What is new in a reload meets dates that have ended: it measures them,
    says so once, and touches nothing of them. The next date is like any."""

    speed = 7200.0

    def prepare(self):
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(NEXT, 8))
        self.site.bring("prices", *WITH_PRICES[:-1])

    def ended(self):
        """Runs until the 15th has ended, done; how much was told."""
        self.site.run()
        self.site.reached(DATE, "publish", "done")
        self.site.until(small_site.ms(small_site.START) + 2 * 3600_000)
        self.site.settled()
        return len(self.site.told())

    def told_once(self, before):
        at = self.site.now()
        told = wait_for("the summary", 30,
                        lambda: self.site.told()[before:], 0.1)
        self.site.until(at + 4 * 3600_000)
        self.site.settled()
        told = [m for m in self.site.told()[before:]
                if (m["date"] or "") < NEXT]
        self.assertEqual([m["kind"] for m in told], ["adopted"], told)
        return told[0]["text"]

    def test_a_new_check_and_alarm(self):
        before = self.ended()
        self.site.put("60-prices.conf", NEW)
        self.site.put("61-alarm.conf", ALARM)
        self.swapped()
        text = self.told_once(before)
        self.assertIn("prices", text)
        self.assertEqual([r for r in self.site.runs("prices")
                          if r[2] < NEXT], [])
        self.evidence(text.splitlines()[0])
        # the 16th ended after the check was met
        wait_for("the alarm of the next date", 60, lambda: [
            m for m in self.site.told(date=NEXT)
            if "prices_alarm" in m["title"]], 0.1)
        wait_for("its repair", 30, lambda: self.site.runs("prices", NEXT))
        self.assertEqual([m for m in self.site.told()[before:]
                          if m["kind"] == "opened"
                          and (m["date"] or "") < NEXT], [])
        self.assertEqual(self.site.runs("prices")[0][2], NEXT)
        self.sound()

    def test_a_check_that_comes_back(self):
        """It was away while a date ended: that is merely met."""
        self.site.put("60-prices.conf", NEW)
        self.site.put("61-alarm.conf", ALARM)
        self.site.bring("prices", WITH_PRICES[-1])
        self.ended()
        for name in ("60-prices.conf", "61-alarm.conf"):
            self.site.drop(name)
        self.swapped()
        self.site.until(small_site.ms(small_site.START) + 26 * 3600_000)
        self.site.settled()
        before = len(self.site.told())
        self.site.put("60-prices.conf", NEW)
        self.site.put("61-alarm.conf", ALARM)
        self.swapped()
        told = wait_for("the summary", 30, lambda: [
            m for m in self.site.told()[before:] if m["kind"] == "adopted"],
            0.1)
        ended = small_site.datetime.datetime.fromtimestamp(
            told[0]["queued_at"] / 1000 - 4 * 3600, small_site.ZONE)
        n = sum(day in WITH_PRICES for day in
                days_before(ended.strftime("%Y-%m-%d"), 5))
        self.assertIn(f"check prices: {n} of 5 pass", told[0]["text"])
        self.assertIn(f"prices_alarm: would speak of {5 - n} of 5",
                      told[0]["text"])
        self.site.until(self.site.now() + 2 * 3600_000)
        # those that ended afterwards are like any
        self.assertEqual([r for r in self.site.runs("prices")
                          if r[2] <= NEXT], [])
        self.assertEqual([m for m in self.site.told()[before:]
                          if "prices_alarm" in m["title"]
                          and m["date"] <= NEXT], [])
        self.sound()

    def test_a_new_phase(self):
        before = self.ended()
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            "\n  ); } );", """,
    { name = "reprice";  after = "raw";  start = "work";
      done = "prices";  due = "+1d 06:00"; }\n  ); } );"""))
        self.site.put("60-prices.conf", checks(check("prices", "reprice")))
        self.swapped()
        text = self.told_once(before)
        self.assertIn("reprice", text)
        self.assertEqual(self.site.runs("reprice"), [])
        self.evidence(text.splitlines()[0])
        self.site.bring("raw", "2026-01-16")
        self.site.reached("2026-01-16", "reprice", "done", 60)
        self.assertEqual([r[2] for r in self.site.runs("reprice")],
                         ["2026-01-16"])
        self.sound()

    def test_a_new_pipeline(self):
        before = self.ended()
        text = PIPELINE.replace('"small"', '"second"')
        for word in ("raw", "load", "publish"):
            text = text.replace(f'"{word}_rows"', f'"second_{word}"')
        self.site.put("70-second.conf", text)
        self.site.put("40-checks.conf", CHECKS.replace(
            "plugin =", 'pipeline = "small";  plugin ='))
        self.site.put("71-checks.conf", checks(*[
            check(f"second_{w}", f"second_{w}",
                  'pipeline = "second";  min = 1;')
            for w in ("raw", "load", "publish")]))
        self.swapped()
        text = self.told_once(before)
        self.assertIn("second", text.splitlines()[0])
        self.assertEqual(len(self.site.runs(day=DATE)), 0)
        self.evidence(text.splitlines()[0])


def large(path):
    with open(path, "wb") as f:
        f.truncate(100 << 20)


if __name__ == "__main__":
    small_site.main()
