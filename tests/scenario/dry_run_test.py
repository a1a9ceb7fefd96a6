#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""--dry-run: everything is evaluated, what would be done is said and written
down as that, and nothing is done.

On the small site: the word of every verb that acts, then a reload with
another configuration. What really ran is read from the warehouse (`runs`),
what was told from the file of messages, what was remembered from the
journal's rows, which must be the same before and after.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from small_site import BUILD, CHECKS, DATE, Site, START    # noqa: E402
from stage import ms, program, wait_for                 # noqa: E402

DAY = "2026-01-14"      # the date that has ended when it begins
MENDED = """
recoveries = ( { name = "mend";  action = "work";  repairs = "raw_rows";
                 order = 1; } );
"""


class Dry(unittest.TestCase):
    speed = 1.0

    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.addCleanup(self.tmp.cleanup)
        self.site = Site(BUILD, self.tmp.name, self.speed, START)
        self.site.make()

    def run_site(self):
        self.site.run()
        self.addCleanup(self.site.stop)
        wait_for("the checks", 30, self.site.measured)

    def rows(self):
        """The fold, without what merely ages."""
        return {x["key"]: x["data"] for x in self.site.export()
                if x.get("row") and not x["key"].startswith(
                    ("check/", "daemon"))}

    def events(self, kind):
        return [x for x in self.site.export() if x.get("kind") == kind
                and not x.get("row")]

    def ran(self):
        return self.site.sql("SELECT count(*) FROM runs")[0][0]

    def messages(self):
        path = os.path.join(self.site.dir, "messages.log")
        return os.path.getsize(path) if os.path.exists(path) else 0

    def asked(self, *words, code=0):
        """The answer to a dry run of a verb."""
        p = self.site.gatewarden(*words, "--dry-run", "--json")
        self.assertEqual(p.returncode, code, p.stdout + p.stderr)
        answer = json.loads(p.stdout)
        self.assertIs(answer["dry_run"], True)
        return [x["sentence"] for x in answer["would"]]


class Verbs(Dry):
    def setUp(self):
        super().setUp()
        self.site.bring("raw", DAY)
        self.site.put("50-mend.conf", MENDED)
        self.run_site()

    def test_nothing_is_done(self):
        before, said = self.rows(), self.messages()
        self.assertIn("start work for load on 2026-01-14, attempt 1",
                      self.asked("run", "load", DAY))
        held = self.asked("hold", "all", "looking")
        self.assertRegex(" ".join(held), r"^write hold/\d+$")
        # its number is not spent
        self.assertEqual(self.asked("hold", "all", "again"), held)
        self.assertRegex(" ".join(self.asked(
            "gate", "wait", "load", "--date", DAY, "--for", "run-1")),
            r"write permit/\d+")
        self.assertEqual(self.asked("notify", "test"),
                         ["send a test message to people"])
        self.assertEqual(self.asked("silence", "phase=load", "--until", "2h",
                                    "--reason", "x"), ["write a silence"])
        self.assertEqual(self.asked("shutdown"), ["stop the daemon"])
        self.assertIn("measure raw_rows for 2026-01-14", self.asked(
            "recheck", "--date", DAY, code=0))
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.ran(), 0)
        self.assertEqual(self.messages(), said)
        self.assertEqual(self.events("command"), [])
        dry = self.events("dry")
        self.assertEqual([x["subject"] for x in dry],
                         ["run", "hold", "hold", "gate wait", "notify test",
                          "silence", "shutdown", "recheck"])
        self.assertTrue(all("key" not in x or x["key"] is None for x in dry))
        self.assertIn("start", [x["what"] for x in dry[0]["data"]["would"]])
        self.assertEqual(self.site.gatewarden("journal", "check").returncode,
                         0)

    def test_afterwards_everything_counts_from_the_beginning(self):
        for _ in range(3):
            self.asked("run", "load", DAY)
        p = self.site.gatewarden("run", "load", DAY)
        self.assertEqual(p.returncode, 0, p.stderr)
        wait_for("the run", 30, lambda: self.ran() == 1)
        first = [x for x in self.site.export() if x.get("kind") == "attempt"]
        self.assertEqual({x["data"]["id"] for x in first}, {1})
        self.assertEqual({x["data"]["number"] for x in first}, {1})

    def test_what_is_closed_is_said_and_is_the_exit_code(self):
        p = self.site.gatewarden("run", "publish", DAY, "--dry-run")
        self.assertNotEqual(p.returncode, 0)
        self.assertIn("dry run: nothing was done", p.stdout)

    def test_a_plan_stays_a_plan(self):
        p = self.site.gatewarden("recover", "mend", DAY, "--dry-run")
        self.assertIn("nothing was started", p.stdout)


class Reload(Dry):
    def setUp(self):
        super().setUp()
        self.run_site()

    def test_what_another_configuration_would_do_now(self):
        """A repair for what fails: it would start at once."""
        self.site.stop()
        self.site.drop("00-test.conf")
        self.site.speed = 20000.0
        self.site.add("00-demo.conf", self.site.clock())
        self.site.run()
        self.site.until(ms(START) + 4 * 3600000)
        self.site.go_on_at(1.0)
        before, number = self.rows(), self.site.ask("status")["daemon"][
            "generation"]
        self.site.put("50-mend.conf", MENDED)
        would = self.asked("reload")
        self.assertTrue(any(x.startswith("measure all that is watched again")
                            for x in would), would)
        self.assertIn(f"start work for recovery mend on {DATE}, attempt 1",
                      would)
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.ran(), 0)
        self.assertEqual(self.site.ask("status")["daemon"]["generation"],
                         number)

    def test_what_is_wrong(self):
        self.site.put("70-wrong.conf", 'checks = ( { nmae = "x"; } );\n')
        p = self.site.gatewarden("reload", "--dry-run")
        self.assertEqual(p.returncode, 1, p.stdout)
        self.assertIn("70-wrong.conf:1", p.stdout)
        self.assertIn("it would be refused", p.stdout)

    def test_what_is_new_is_not_known(self):
        self.site.put("40-checks.conf", CHECKS.replace("'raw'", "'rawer'"))
        would = self.asked("reload")
        self.assertTrue(any("raw_rows" in x and "not known" in x
                            for x in would), would)


class Daemon(Dry):
    """gatewardend --dry-run over a morning on which a phase would be started
    and another is late; then a normal start on the same journal, which must
    still be in time to act on that date."""

    def setUp(self):
        super().setUp()
        # the date is met before it ends, so that it is not adopted
        self.site.speed = 1.0
        self.site.put("00-test.conf", self.site.clock())
        self.site.run()
        wait_for("the checks", 30, self.site.measured)
        self.site.summarized()
        self.seq = max(x.get("seq", 0) for x in self.site.export())
        self.said = self.messages()
        self.site.stop()
        self.site.bring("raw", DATE)

    def start(self, *words, speed=7200.0):
        site = self.site
        site.speed = speed
        site.put("00-test.conf", site.clock())
        with open(site.log, "ab") as log:
            site.daemon = subprocess.Popen(
                [program(BUILD, "gatewardend"), *words, "--config",
                 site.conf, "--plugin-dir", site.plugins, "--host",
                 program(BUILD, "gatewarden-host")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=site.dir)
        self.addCleanup(site.stop)
        wait_for("the daemon to answer", 60, site.answers)

    def logged(self):
        with open(self.site.log, encoding="utf-8") as f:
            return f.read()

    def test_nothing_leaves_and_nothing_counts(self):
        site = self.site
        self.start("--dry-run")
        site.until(ms(START) + 6 * 3600000)     # load is due at 08:00
        status = site.gatewarden("status")
        self.assertTrue(status.stdout.startswith("dry run: nothing is"),
                        status.stdout)
        # what it is asked to do, it doesn't: a starter may not go on
        p = site.gatewarden("gate", "wait", "publish", "--date", DATE,
                            "--for", "run-1")
        self.assertNotEqual(p.returncode, 0)
        p = site.gatewarden("hold", "all", "x", "--json")
        self.assertEqual(p.returncode, 4)
        self.assertIs(json.loads(p.stdout)["dry_run"], True)
        site.stop()
        text = self.logged()
        self.assertIn(f"dry run: would start work for load on {DATE}, "
                      "attempt 1", text)
        self.assertIn("dry run: would send to people: ", text)
        self.assertEqual(self.ran(), 0)
        self.assertEqual(self.messages(), self.said)

        # the journal itself: nothing but that it was dry
        self.start(speed=1.0)
        export = site.export()
        dry = [x for x in export if x.get("kind") == "dry"]
        self.assertEqual({x["subject"] for x in dry} >= {"start", "send",
                         "hold"}, True)
        self.assertTrue(all(x.get("key") is None for x in dry))
        last = max(x["seq"] for x in dry)
        self.assertEqual([x for x in export if x.get("kind") in (
            "attempt", "incident", "permit", "hold") and
            self.seq < x.get("seq", 0) <= last], [])
        self.assertEqual(site.gatewarden("journal", "check").returncode, 0,
                         site.gatewarden("journal", "check").stdout)

        # and a normal start begins at the beginning
        wait_for("the run", 60, lambda: self.ran() > 0)
        wait_for("a message", 60, lambda: self.messages() > self.said)
        first = [x["data"] for x in site.export()
                 if x.get("kind") == "attempt"]
        self.assertEqual(min((x["id"], x["number"]) for x in first), (1, 1))
        self.assertEqual(site.gatewarden("journal", "check").returncode, 0)

    def test_beside_a_running_one_it_is_refused(self):
        site = self.site
        self.start(speed=1.0)
        p = subprocess.run(
            [program(BUILD, "gatewardend"), "--dry-run", "--config",
             site.conf, "--plugin-dir", site.plugins, "--host",
             program(BUILD, "gatewarden-host")], capture_output=True,
            text=True, timeout=60, check=False)
        self.assertEqual(p.returncode, 1)
        self.assertIn("journal", p.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
