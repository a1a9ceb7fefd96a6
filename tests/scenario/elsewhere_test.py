#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Work that another service does: the daemon ends meanwhile, in whatever way,
and the next one asks what became of it. What was started once is never
started twice, even where that must not be relied on; what never began is
started; and what nobody can tell is decided by evidence.
"""
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "plugin"))

import small_site                                      # noqa: E402
from crash_test import HOST                            # noqa: E402
from fake_airflow import PASSWORD, USER, Airflow       # noqa: E402
from small_site import (BUILD, DATE, PARTS, PIPELINE,  # noqa: E402
                        Scenario, days_before)
from stage import program, wait_for                    # noqa: E402

ACTION = """
actions = ( { name = "dag";  plugin = "airflow";  url = "%(url)s";
              dag = "etl";  username = "%(user)s";  timeout = "%(timeout)s";
              password = "file:%(dir)s/password";  poll = "50ms"; } );
"""


class Base(Scenario):
    timeout = "60s"

    def prepare(self):
        self.airflow = Airflow()
        self.airflow.__enter__()
        self.addCleanup(self.airflow.__exit__)
        self.airflow.script = ["running"] * 100000
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))
        self.site.bring("raw", DATE)
        path = os.path.join(self.site.dir, "password")
        with open(path, "w", encoding="utf-8") as f:
            f.write(PASSWORD + "\n")
        os.chmod(path, 0o600)
        path = os.path.join(self.site.dir, "host")
        with open(path, "w", encoding="utf-8") as f:
            f.write(HOST % {"dir": self.site.dir,
                            "host": program(BUILD, "gatewarden-host")})
        os.chmod(path, 0o755)
        self.site.put("10-parts.conf", PARTS)
        self.site.add("11-dag.conf", ACTION % {
            "url": self.airflow.url, "user": USER, "dir": self.site.dir,
            "timeout": self.timeout})
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            'start = "work";  done = "load_rows"',
            'start = "dag";  done = "load_rows"').replace(
                'every = "30m";', 'every = "30m";  retry = { attempts = 2; };'))

    def launch(self):
        site = self.site
        with open(site.log, "ab") as log:
            site.daemon = subprocess.Popen(
                [program(BUILD, "gatewardend"), "--config", site.conf,
                 "--plugin-dir", site.plugins,
                 "--host", os.path.join(site.dir, "host")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=site.dir)

    def again(self):
        self.site.daemon.wait(timeout=30)
        self.launch()
        wait_for("the daemon to answer", 60, self.site.answers)

    def under_way(self):
        """The run was seen by the action."""
        (key, run), = wait_for("the run to be followed", 30, lambda: [
            (k, r) for k, r in self.airflow.runs.items()
            if r["state"] == "running"])
        return key, run

    def asked(self):
        return len(self.airflow.asked)

    def ends(self, run, how="success"):
        """The work is done, and then the run says so."""
        if how == "success":
            self.site.bring("load", DATE)
        run["script"] = [how]

    def attempts(self):
        return self.site.journal().attempts(DATE, phase="load")

    def done_once(self, n=1):
        self.site.reached(DATE, "publish", "done", 60)
        self.evidence([(a["id"], a["number"], a["outcome"])
                       for a in self.attempts()])
        self.assertEqual(len(self.airflow.triggered), 1)
        self.assertEqual(len(self.attempts()), n)
        self.sound()


class Elsewhere(Base):
    def test_killed_while_it_runs(self):
        self.launch()
        _, run = self.under_way()
        self.site.daemon.kill()
        self.again()
        before = self.asked()
        wait_for("the probe to follow it", 30,
                 lambda: self.asked() > before + 3)
        self.ends(run)
        self.done_once()

    def test_stopped_while_it_runs(self):
        self.launch()
        _, run = self.under_way()
        self.site.daemon.send_signal(signal.SIGTERM)
        self.site.daemon.wait(timeout=30)
        self.ends(run)          # while there is no daemon
        self.again()
        self.done_once()

    def test_killed_before_it_asked(self):
        """Nobody may repeat this action, but it never began."""
        with open(os.path.join(self.site.dir, "kill-before"), "w",
                  encoding="utf-8"):
            pass
        self.launch()
        self.again()
        _, run = self.under_way()
        self.ends(run)
        self.done_once(2)

    def test_it_failed_meanwhile(self):
        self.launch()
        _, run = self.under_way()
        self.site.daemon.kill()
        self.ends(run, "failed")
        self.again()
        wait_for("another run", 60,
                 lambda: len(self.airflow.triggered) == 2)
        second = list(self.airflow.runs.values())[1]
        self.ends(second)
        self.site.reached(DATE, "publish", "done", 60)
        self.assertEqual(len(self.attempts()), 2)
        self.sound()

    def test_taken_away_and_the_evidence_decides(self):
        self.launch()
        key, _ = self.under_way()
        self.site.bring("load", DATE)
        del self.airflow.runs[key]
        self.done_once()
        (a,) = self.attempts()
        self.assertEqual(a["failure"], "permanent", a)
        self.assertIn("how it ended", a["said"]["remark"])

    def test_nobody_may_ask_any_more(self):
        """In doubt, may not be repeated, and nothing shows that it did."""
        self.launch()
        self.under_way()
        self.airflow.trouble = {"GET ": [403] * 100000}
        wait_for("the attempt to be held", 60, lambda: [
            a for a in self.attempts() if a["state"] == "held"], 0.1)
        self.assertEqual(len(self.airflow.triggered), 1)
        self.site.bring("load", DATE, at="2026-01-16T11:00:00Z")
        self.done_once()


class NoAnswer(Base):
    timeout = "8s"

    def test_an_action_that_cannot_tell_is_asked_again(self):
        """What started it got no answer, and looking for it none either."""
        down = self.airflow.down = {"/dagRuns/"}
        self.airflow.trouble = {"POST /dagRuns": ["late 502"]}
        self.launch()
        wait_for("the action to end, and another process to ask", 60,
                 lambda: self.airflow.given > 1)
        down.clear()
        self.ends(list(self.airflow.runs.values())[0])
        self.done_once()


if __name__ == "__main__":
    small_site.main()
