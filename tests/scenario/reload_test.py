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

    def prepare(self):
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))
        self.site.put("50-refill.conf", REFILL)

    def state(self):
        """What must survive."""
        j = self.site.journal()
        return {
            "incidents": sorted((n, rows[-1]["data"]["opened_at"])
                                for n, rows in j.incidents().items()),
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
        self.assertGreater(
            self.site.ask("status")["daemon"]["checks_run"],
            checked["checks_run"], "checks go on being measured")
        self.goes_on()

    def goes_on(self):
        """The old generation still starts what may start."""
        self.site.bring("raw", DATE)
        self.site.reached(DATE, "publish", "done")
        self.assertEqual([r[1] for r in self.site.runs(day=DATE)
                          if r[1] != "raw"], ["load", "publish"])
        self.sound()

    def test_hup(self):
        self.site.run()
        before = self.site.generation()
        self.site.put("60-wrong.conf", 'notifiers = ( { name = "x";\n'
                      '  plugin = "consol"; } );\n')
        self.site.daemon.send_signal(signal.SIGHUP)
        wait_for("the finding", 30,
                 lambda: "60-wrong.conf:2: " in self.site.tail())
        self.assertIn("the running configuration is kept", self.site.tail())
        self.assertEqual(self.site.generation(), before)
        self.site.drop("60-wrong.conf")
        self.site.daemon.send_signal(signal.SIGHUP)
        wait_for("the new generation", 30,
                 lambda: self.site.generation() == before + 1)
        self.evidence("one finding and generation"
                      f" {before}; then generation {before + 1}")


def large(path):
    with open(path, "wb") as f:
        f.truncate(100 << 20)


if __name__ == "__main__":
    small_site.main()
