#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Daemons that die at the worst moments: between an intent and its process,
while an action runs, when it has ended and nobody heard, when a far end has a
message and nobody noted it; and plugins that die over an action. What may be
repeated is repeated once; what may not is held, and somebody is told.
"""
import glob
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import (BUILD, DATE, PARTS, PIPELINE,  # noqa: E402
                        Scenario, days_before)
from stage import program, wait_for                    # noqa: E402

# Between the daemon and the host: ends the daemon in place of one action.
HOST = """#!/bin/sh
case "$*" in *"--kind action"*)
  if [ -e %(dir)s/kill-before ]; then
    rm %(dir)s/kill-before
    kill -9 $PPID
    exit 1
  fi;;
esac
exec %(host)s "$@"
"""

# The work of the small site; ends its plugin in place of that, or after it.
WORK = """#!/bin/sh
for when in before after; do
  if [ -e %(dir)s/die-$when-$2 ]; then
    rm %(dir)s/die-$when-$2
    kill -9 $PPID
    exit 1
  fi
  [ $when = after ] || %(put)s "$@"
done
"""


class Crash(Scenario):
    idempotent = True

    def prepare(self):
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))
        self.site.bring("raw", DATE)
        self.script("host", HOST)
        self.script("work", WORK)
        self.put_parts()

    def put_parts(self, rows=1):
        self.site.put("10-parts.conf", PARTS.replace(
            "%(put)s", "%(dir)s/work").replace(
            "idempotent = true",
            "idempotent = true" if self.idempotent else
            "idempotent = false").replace(
                '"{operation}")', f'"{{operation}}", "{rows}")'))
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            'every = "30m";', 'every = "30m";  retry = { attempts = 2; };'))

    def script(self, name, text):
        path = os.path.join(self.site.dir, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text % {"dir": self.site.dir,
                            "put": os.path.join(HERE, "put.py"),
                            "host": program(BUILD, "gatewarden-host")})
        os.chmod(path, 0o755)

    def flag(self, name):
        with open(os.path.join(self.site.dir, name), "w",
                  encoding="utf-8"):
            pass

    def unflag(self, name):
        os.unlink(os.path.join(self.site.dir, name))

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
        """Once it has died; a new one that answers."""
        self.assertEqual(self.site.daemon.wait(timeout=30), -signal.SIGKILL)
        self.launch()
        wait_for("the daemon to answer", 60, self.site.answers)

    def dies_unheard(self):
        """The action ends while the daemon is stopped, which then dies."""
        self.flag("wait-load")
        self.launch()
        wait_for("the action to run", 30,
                 lambda: self.site.runs("load", DATE))
        self.site.daemon.send_signal(signal.SIGSTOP)
        self.unflag("wait-load")
        try:
            wait_for("the action to end", 30, self.nothing_runs)
        finally:
            self.site.daemon.kill()
        self.again()

    def nothing_runs(self):
        """No action: its host may wait for its daemon."""
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(path, "rb") as f:
                    words = f.read().split(b"\0")
            except OSError:
                continue
            if self.site.dir.encode() in words:
                return False
        return True

    def attempts(self, phase="load"):
        return self.site.journal().attempts(DATE, phase=phase)

    def held(self):
        """The attempt is, and a person is told, once."""
        wait_for("the attempt to be held", 60, lambda: [
            a for a in self.attempts() if a["state"] == "held"], 0.1)
        told = wait_for("somebody to be told", 30, lambda: [
            m for m in self.site.told(date=DATE, kind="opened")
            if m["severity"] == "critical"], 0.1)
        self.assertEqual(len(told), 1)
        at = self.site.now()
        self.site.until(at + 3600_000)
        self.assertEqual(len(self.attempts()), 1)
        self.evidence(told[0]["text"].splitlines()[0])


class MayBeRepeated(Crash):
    def test_before_its_process(self):
        self.flag("kill-before")
        self.launch()
        self.again()
        self.site.reached(DATE, "publish", "done", 60)
        self.evidence([(a["id"], a["number"], a["outcome"])
                       for a in self.attempts()])
        self.assertEqual(len(self.site.runs("load", DATE)), 1)
        self.sound()

    def test_while_it_runs(self):
        self.flag("wait-load")
        self.launch()
        wait_for("the action to run", 30,
                 lambda: self.site.runs("load", DATE))
        self.site.daemon.kill()
        self.again()
        self.unflag("wait-load")
        self.site.reached(DATE, "publish", "done", 60)
        self.evidence([(a["id"], a["number"], a["outcome"])
                       for a in self.attempts()])
        self.assertEqual(len(self.site.runs("load", DATE)), 1)
        self.sound()

    def test_its_plugin_dies(self):
        self.flag("die-before-load")
        self.site.run()
        self.site.reached(DATE, "publish", "done", 60)
        first, second = self.attempts()
        self.assertIn("killed by signal 9", first["said"]["fault"])
        self.assertEqual(second["outcome"], "done")
        self.assertEqual(len(self.site.runs("load", DATE)), 1)
        self.sound()

    def test_after_its_end(self):
        self.dies_unheard()
        self.site.reached(DATE, "publish", "done", 60)
        self.assertEqual(len(self.attempts()), 1)
        self.assertEqual(len(self.site.runs("load", DATE)), 1)
        self.sound()


class MayNotBeRepeated(Crash):
    idempotent = False

    def test_before_its_process(self):
        self.flag("kill-before")
        self.launch()
        self.again()
        self.held()
        self.assertEqual(self.site.runs("load", DATE), [])

    def test_after_its_end(self):
        self.dies_unheard()
        self.site.reached(DATE, "publish", "done", 60)
        self.assertEqual(len(self.site.runs("load", DATE)), 1)
        self.sound()

    def test_its_plugin_dies_before_the_work(self):
        self.flag("die-before-load")
        self.site.run()
        self.held()
        self.assertEqual(self.site.runs("load", DATE), [])

    def test_its_plugin_dies_after_the_work(self):
        self.flag("die-after-load")
        self.site.run()
        self.site.reached(DATE, "publish", "done", 60)
        self.assertEqual(len(self.attempts()), 1)
        self.assertEqual(len(self.site.runs("load", DATE)), 1)
        self.sound()

    def test_it_did_nothing(self):
        """It ran to its end and brought nothing; nobody heard its exit."""
        self.put_parts(rows=0)
        self.dies_unheard()
        self.held()
        self.assertEqual(len(self.site.runs("load", DATE)), 1)


if __name__ == "__main__":
    small_site.main()
