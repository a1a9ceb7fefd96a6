#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The outside orchestrator, and the operator: permits and signals with their
exit codes, hold, override, undo and release, and what is found when somebody
runs a phase without asking. All of it through the command line.
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import (BUILD, CHECKS, DATE, PIPELINE, TOP,  # noqa: E402
                        Scenario, check, checks, days_before)
from stage import ms, program, wait_for                # noqa: E402

GRADE_IF_PERMITTED = os.path.join(TOP, "conf.d", "nba", "bin",
                                  "grade_if_permitted")
OPEN, UNREACHABLE, REFUSED = 0, 3, 4
DEGRADED, WAITING, BLOCKED, UNKNOWN = 10, 11, 12, 13
HOUR = 3600_000

# A phase for each answer, and one after it that asks for its permit.
ANSWERS = """
pipelines = ( { name = "answers";  timezone = "America/New_York";
  day_ends = "04:00";  mode = "enforce";  database = "wh";  every = "10m";
  watch_for = "5d";  permit_for = "10h";
  phases = (
    { name = "whole";   done = "whole_rows";   due = "+1d 05:00"; },
    { name = "soft";    done = "soft_rows";    due = "+1d 05:00"; },
    { name = "late";    done = "late_rows";    due = "+1d 05:00"; },
    { name = "later";   done = "later_rows";   due = "+1d 20:00"; },
    { name = "broken";  done = "broken_rows";  due = "+1d 05:00"; },
    { name = "on_whole";   after = "whole";   done = "done_rows";  %s },
    { name = "on_soft";    after = "soft";    done = "done_rows"; },
    { name = "on_late";    after = "late";    done = "done_rows"; },
    { name = "on_later";   after = "later";   done = "done_rows"; },
    { name = "on_broken";  after = "broken";  done = "done_rows"; }
  ); } );
"""
ANSWER_CHECKS = checks(
    check("whole_rows", "whole"), check("soft_rows", "soft",
                                        "warn = 10;  fail = 1;"),
    check("late_rows", "late"), check("later_rows", "later"),
    check("done_rows", "grade"),
    '  { name = "broken_rows";  plugin = "sql";  min = 1;\n'
    '    value = "SELECT count(*) FROM gone WHERE day = :date"; }')


class Cli(Scenario):
    def cli(self, *words, code=0):
        p = self.site.gatewarden(*words)
        self.assertEqual(p.returncode, code,
                         f"{' '.join(words)}: {p.stdout}{p.stderr}")
        return p.stdout + p.stderr

    def status(self):
        return self.site.gatewarden("status").stdout

    def explain(self, *words):
        return self.site.gatewarden("explain", *words).stdout

    def wait_phase(self, phase, date=DATE, seconds=30, **wanted):
        def found():
            row = self.site.phase(date, phase)
            return row if all(row.get(k) == v for k, v in wanted.items()) \
                else None
        return wait_for(f"{phase} {date} with {wanted}", seconds, found, 0.1)


class Permits(Cli):
    speed = 600.0
    start = small_site.START.replace(hour=5, minute=30)
    permit_for = ""

    def prepare(self):
        for name in ("30-pipeline.conf", "40-checks.conf"):
            self.site.drop(name)
        self.site.put("30-answers.conf", ANSWERS % self.permit_for)
        self.site.put("40-checks.conf", ANSWER_CHECKS)
        for name in ("whole", "soft"):
            self.site.bring(name, DATE)

    def wait(self, phase, run, code, *more):
        return self.cli("gate", "wait", phase, "--date", DATE, "--for", run,
                        *more, code=code)

    def signal(self, event, phase, run, code=0):
        return self.cli("signal", event, phase, "--date", DATE, "--for",
                        run, code=code)

    def permits(self):
        """The last row of each permit."""
        rows = {}
        for e in self.site.journal().of("permit", DATE):
            rows[e["data"]["id"]] = e["data"]
        return [rows[i] for i in sorted(rows)]


class Codes(Permits):
    def test_each_answer_has_its_code(self):
        self.site.run()
        for phase, code in (("on_whole", OPEN), ("on_soft", DEGRADED),
                            ("on_late", BLOCKED), ("on_later", WAITING),
                            ("on_broken", UNKNOWN)):
            # the first answers may still be on their way
            out = self.wait(phase, "run-1", code, "--timeout", "1m")
            self.evidence(f"{code:2} {out.splitlines()[0]}")
        out = self.wait("on_whole", "run-2", REFUSED)
        self.evidence(f"{REFUSED:2} {out.splitlines()[0]}")
        self.assertEqual(len(self.permits()), 2)
        read = [[r["check"] for r in e["data"]["said"]["evidence"]]
                for e in self.site.journal().of("permit", DATE)
                if e["data"]["state"] == "granted"]
        self.assertEqual(len(read), 2)
        self.assertTrue(all(read), read)        # what each rests on
        self.site.stop()
        out = self.wait("on_whole", "run-1", UNREACHABLE)
        self.evidence(f"{UNREACHABLE:2} {out.splitlines()[0]}")

    def test_waiting_ends_when_it_opens(self):
        """Also when conf.d has changed meanwhile."""
        self.site.run()
        asker = subprocess.Popen(
            [*self.site.client(), "gate", "wait", "on_later", "--date",
             DATE, "--for", "run-1", "--timeout", "10h"],
            stdout=subprocess.PIPE, text=True)
        self.site.until(ms(self.start) + HOUR)
        self.assertIsNone(asker.poll())
        self.site.put("50-more.conf", checks(check("more_rows", "more",
                                                   'pipeline = "answers";'
                                                   "  min = 1;")))
        self.cli("reload")
        self.site.until(ms(self.start) + HOUR + HOUR // 4)
        self.assertIsNone(asker.poll())
        self.site.bring("later", DATE)
        out, _ = asker.communicate(timeout=60)
        self.assertEqual(asker.returncode, OPEN, out)
        self.evidence(out.splitlines()[0])

    def test_what_the_marks_say(self):
        """A degraded edge marks the run that was let through it."""
        self.site.run()
        self.wait("on_soft", "run-1", DEGRADED, "--timeout", "1m")
        self.signal("start", "on_soft", "run-1")
        self.site.bring("grade", DATE)
        self.signal("done", "on_soft", "run-1")
        row = self.wait_phase("on_soft", view="done")
        self.assertIn("degraded", row["marks"])
        bypassed = [rows[0]["data"]["root"] for rows in
                    self.site.journal().incidents(DATE).values()
                    if rows[0]["data"]["kind"] == "bypass"]
        self.assertNotIn("on_soft", bypassed)


class Once(Permits):
    """Three back-stops at once grade once."""

    permit_for = 'permit_for = "2h";'

    def back_stop(self):
        return subprocess.Popen(
            [GRADE_IF_PERMITTED, DATE,
             os.path.join(HERE, "put.py"), self.site.dir, "grade", DATE,
             "2026-01-16T10:30:00Z", "outside"],
            env={**os.environ, "GATEWARDEN": program(BUILD, "gatewarden"),
                 "GATEWARDEN_SOCKET": self.site.socket,
                 "GRADE_WAIT": "10m"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)

    def prepare(self):
        super().prepare()
        self.site.put("30-answers.conf", (ANSWERS % self.permit_for)
                      .replace("on_whole", "grade"))

    def race(self):
        them = [self.back_stop() for _ in range(3)]
        said = [p.communicate(timeout=60)[0] for p in them]
        return [p.returncode for p in them], "\n".join(said)

    def test_three_back_stops(self):
        self.site.run()
        codes, said = self.race()
        self.assertEqual(codes, [0, 0, 0], said)
        self.assertEqual(len(self.site.runs("grade")), 1, said)
        self.wait_phase("grade", view="done")
        (permit,) = self.permits()
        self.assertEqual((permit["state"], permit["run_id"]),
                         ("closed", f"grade-{DATE}"))
        codes, said = self.race()
        self.assertEqual(codes, [0, 0, 0], said)
        self.assertEqual(len(self.site.runs("grade")), 1, said)
        self.sound()
        self.evidence("three at once, and three more afterwards: one"
                      " permit, one run")

    def test_nothing_to_grade(self):
        """What it waits for isn't there: nobody grades."""
        self.site.lose("whole", DATE)
        self.site.run()
        codes, said = self.race()
        self.assertEqual(codes, [BLOCKED] * 3, said)
        self.assertEqual(self.site.runs("grade"), [])
        self.assertEqual(self.permits(), [])

    def test_a_command_that_fails_gives_it_back(self):
        """The next back-stop gets a permit of its own."""
        self.site.run()
        failing = subprocess.run(
            [GRADE_IF_PERMITTED, DATE, "false"],
            env={**os.environ, "GATEWARDEN": program(BUILD, "gatewarden"),
                 "GATEWARDEN_SOCKET": self.site.socket,
                 "GRADE_WAIT": "10m"}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(failing.returncode, 1, failing.stdout)
        codes, said = self.race()
        self.assertEqual(codes, [0, 0, 0], said)
        self.assertEqual(len(self.site.runs("grade")), 1)
        self.assertEqual([p["state"] for p in self.permits()],
                         ["closed", "closed"])


class Kept(Permits):
    permit_for = 'permit_for = "20h";'

    def test_a_kill_keeps_it(self):
        self.site.run()
        self.wait("on_whole", "run-1", OPEN, "--timeout", "1m")
        (before,) = self.permits()
        self.site.kill()
        self.site.run()
        self.wait("on_whole", "run-2", REFUSED)
        self.wait("on_whole", "run-1", OPEN)
        self.assertEqual([p["id"] for p in self.permits()], [before["id"]])
        self.signal("start", "on_whole", "run-1")
        self.site.kill()
        self.site.run()
        self.wait_phase("on_whole", view="running")
        self.signal("start", "on_whole", "run-1", REFUSED)
        self.wait("on_whole", "run-2", REFUSED)
        self.site.bring("grade", DATE)
        self.signal("done", "on_whole", "run-1")
        self.wait_phase("on_whole", view="done")
        (permit,) = self.permits()
        self.assertEqual(permit["state"], "closed")
        self.assertEqual(self.site.runs(), [])
        self.sound()
        self.evidence(f"permit {permit['id']}: granted, kill, redeemed,"
                      " kill, closed")


class Expired(Permits):
    permit_for = 'permit_for = "10m";'

    def test_an_expired_permit(self):
        self.site.run()
        self.wait("on_whole", "run-1", OPEN, "--timeout", "1m")
        (permit,) = self.permits()
        self.site.until(permit["valid_until"] + 60_000)
        out = self.signal("start", "on_whole", "run-1", REFUSED)
        self.evidence(out.splitlines()[0])
        self.assertIn("no permit, or it is over", out)
        self.assertEqual(self.site.phase(DATE, "on_whole")["edge"], "open")
        # another one may have it now (which may be over, too, meanwhile)
        self.wait("on_whole", "run-2", OPEN, "--timeout", "1m")
        states = [(e["data"]["run_id"], e["data"]["state"])
                  for e in self.site.journal().of("permit", DATE)]
        self.assertEqual(states[:3], [("run-1", "granted"),
                                      ("run-1", "expired"),
                                      ("run-2", "granted")])
        self.sound()


class Observed(Cli):
    """Others start what we only watch: that says nothing of a permit."""

    speed = 600.0

    def prepare(self):
        self.site.put("30-pipeline.conf", PIPELINE.replace("enforce",
                                                           "observe"))
        self.site.put("40-checks.conf", CHECKS.replace(
            'name = "raw_rows";', 'name = "raw_rows";  fresh_for = "5m";'))
        self.site.bring("raw", *days_before(DATE, 8), DATE)

    def test_waiting_ends_when_it_was_measured(self):
        self.site.run()
        self.wait_phase("raw", view="done")
        # by then it is stale
        self.site.until(ms(self.start) + 2 * HOUR + 600_000)
        at = self.site.now()
        self.cli("gate", "wait", "load", "--date", DATE, "--for", "run-1",
                 "--timeout", "8h")
        self.assertLess(self.site.now() - at, 2 * HOUR)
        self.sound()


class Operator(Cli):
    """hold, override, undo, release: their effect, and where it shows."""

    def prepare(self):
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))

    def test_hold_and_release(self):
        self.site.run()
        out = self.cli("hold", "load", "--date", DATE, "legal", "asks")
        self.evidence(out.splitlines()[0])
        self.site.bring("raw", DATE)
        row = self.wait_phase("load", held=True)
        self.assertIn("held", row["why"])
        self.assertIn("legal asks", self.status())
        self.assertIn("legal asks", self.explain("load", DATE))
        self.site.until(ms(self.start) + 6 * HOUR)
        self.assertEqual(self.site.runs(), [])
        self.cli("release", "load", "--date", DATE)
        self.site.reached(DATE, "publish", "done")
        self.assertNotIn("legal asks", self.status())
        self.sound()

    def test_a_hold_ends_by_itself(self):
        self.site.run()
        self.cli("hold", "load", "maintenance", "--until",
                 "2026-01-16 15:00")
        self.site.bring("raw", DATE)
        self.site.reached(DATE, "load", "done")
        at = self.site.journal().reached(DATE, "load", "starting")["at"]
        want = ms(self.start.replace(hour=15))
        self.assertGreaterEqual(at, want)
        self.assertLess(at, want + 10 * 60_000)

    def override(self):
        """As shown; what was printed."""
        out = self.cli("override", "load", DATE, "--reason",
                       "raw is elsewhere", "--dry-run")
        seen = out.split("as seen: ")[1].split()[0]
        return self.cli("override", "load", DATE, "--reason",
                        "raw is elsewhere", "--until", "20h", "--seen",
                        seen)

    def test_override_undo(self):
        self.site.run()
        self.wait_phase("load", view="blocked", late=True)
        out = self.cli("override", "load", DATE, "--reason",
                       "raw is elsewhere", "--dry-run")
        self.assertIn("phase 'raw' is not done", out)
        self.assertEqual(self.site.journal().of("override"), [])
        # without having been shown, nothing is accepted
        self.cli("override", "load", DATE, "--reason", "raw is elsewhere",
                 code=REFUSED)
        self.cli("hold", "load", "wait", "for", "me")
        out = self.override()
        accepted, lifted = out.split("no override accepts these")
        self.assertIn("phase 'raw' is not done", accepted)
        self.assertIn("wait for me", lifted)
        self.evidence(out.splitlines()[0])
        number = out.split("gatewarden undo ")[1].split()[0]
        for text in (self.explain("load", DATE), self.status()):
            self.assertIn("raw is elsewhere", text)
            self.assertIn(f"gatewarden undo {number}", text)
        self.cli("undo", number)
        for text in (self.explain("load", DATE), self.status()):
            self.assertNotIn("raw is elsewhere", text)
        self.cli("release", "load")
        self.site.until(self.site.now() + HOUR)
        self.assertEqual(self.site.runs(), [])
        self.sound()

    def test_override_starts_once(self):
        self.site.run()
        self.wait_phase("load", view="blocked", late=True)
        self.override()
        self.site.reached(DATE, "load", "done")
        row = self.site.phase(DATE, "load")
        self.assertIn("overridden", row["marks"])
        self.assertIn("raw is elsewhere", self.explain("load", DATE))
        self.assertNotIn("raw is elsewhere", self.status(), "it is spent")
        # the mark travels, the closed edge does not open for others
        self.site.reached(DATE, "publish", "done")
        self.assertIn("overridden", self.site.phase(DATE,
                                                    "publish")["marks"])
        self.assertEqual([r[1] for r in self.site.runs()],
                         ["load", "publish"])
        self.sound()

    def test_hold_all(self):
        """No starts and no repairs; checks and messages go on."""
        self.site.put("50-again.conf", """
recoveries = ( { name = "again";  action = "work";  repairs = "raw_rows"; } );
""")
        self.site.run()
        out = self.cli("hold", "all", "warehouse", "maintenance")
        self.assertIn("warehouse maintenance", self.status())
        self.site.until(ms(self.start) + 4 * HOUR)
        checked = self.site.ask("status")["daemon"]["checks_run"]
        self.site.until(ms(self.start) + 7 * HOUR)
        self.assertEqual(self.site.runs(), [])
        wait_for("checks to go on", 30, lambda: self.site.ask(
            "status")["daemon"]["checks_run"] > checked)
        self.assertEqual([(m["kind"], m["date"]) for m in self.site.told()
                          if m["date"]], [("opened", DATE)])
        self.assertIn("warehouse maintenance", self.explain("load", DATE))
        text = self.explain("again", DATE)
        self.assertIn("held", text)
        self.cli("release", "all")
        self.site.reached(DATE, "publish", "done")
        self.assertEqual([r[1] for r in self.site.runs()],
                         ["raw", "load", "publish"])
        self.sound()
        self.evidence(out.splitlines()[0])


class Bypass(Cli):
    """Somebody runs publish, without a permit and on a closed edge."""

    def prepare(self):
        for name in ("raw", "load", "publish", "after"):
            self.site.bring(name, *days_before(DATE, 8))
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            "\n  ); } );", """,
    { name = "after";  after = "publish";  done = "after_rows"; }
  ); } );"""))
        self.site.put("40-checks.conf", CHECKS[:-3] + ",\n" + check(
            "after_rows", "after") + "\n);\n")

    def test_it_is_found(self):
        self.site.run()
        self.site.until(ms(self.start) + 2 * HOUR + 600_000)
        self.site.bring("publish", DATE)        # raw never came

        def found():
            for n, rows in self.site.journal().incidents(DATE).items():
                if rows[0]["data"]["kind"] == "bypass":
                    return n, rows[0]["data"]
            return None
        number, row = wait_for("the incident", 30, found, 0.1)
        self.assertEqual(row["root"], "publish")
        self.assertIn("bypassed", self.site.phase(DATE, "publish")["marks"])
        (told,) = [m for m in self.site.told(incident=number)
                   if m["kind"] == "opened"]
        print(told["text"])
        for word in ("phase 'load' is not done", "publish_rows: 1",
                     "nobody asked for a permit"):
            self.assertIn(word, told["text"])
        self.site.bring("after", DATE)
        row = self.wait_phase("after", view="done")
        self.assertIn("degraded", row["marks"], "downstream is marked")
        self.assertEqual(self.site.runs(), [])
        text = self.explain(str(number))
        print(text)
        self.assertIn("load", text)
        self.sound()


if __name__ == "__main__":
    small_site.main()
