#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""A check that crashes whenever it is called is taken out of service, stays
so over a kill -9, and comes back when a person asks for it. The programs and
the hostile plugin are those of the build directory in which this runs.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest

DAEMON = os.path.abspath("core/daemon/gatewardend")
CLIENT = os.path.abspath("core/client/gatewarden")
HOST = os.path.abspath("core/host/gatewarden-host")
CONF = """
state_dir = "{dir}/state";
socket = "{dir}/control";
notifiers = ( {{ name = "told"; plugin = "file"; path = "{dir}/told"; }} );
routes = ( {{ to = "told"; }} );
checks = ( {{ name = "crashes"; plugin = "zoo"; how = "segfault";
              every = "1s"; }} );
pipelines = ( {{ name = "p"; timezone = "UTC"; watch_for = "1d"; phases = (
  {{ name = "only"; done = "crashes"; due = "+1d 12:00"; }} ); }} );
"""


class Quarantine(unittest.TestCase):
    def start(self):
        with open(os.path.join(self.dir, "log"), "ab") as log:
            self.daemon = subprocess.Popen(
                [DAEMON, "--config", os.path.join(self.dir, "p.conf"),
                 "--plugin-dir", os.path.join(self.dir, "plugins"),
                 "--host", HOST], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        self.wait(lambda: self.ask("status").returncode == 0)

    def ask(self, *words):
        return subprocess.run(
            [CLIENT, "--socket", os.path.join(self.dir, "control"), *words],
            capture_output=True, text=True, check=False, timeout=60)

    def wait(self, probe, seconds=120):
        deadline = time.monotonic() + seconds
        while not (found := probe()):
            self.assertLess(time.monotonic(), deadline, "too late")
            time.sleep(0.05)
        return found

    def health(self):
        rows = json.loads(self.ask("plugins", "--json").stdout)["instances"]
        return next((r for r in rows if r["name"] == "crashes"), None)

    def test_it_stays_out_over_a_restart(self):
        with tempfile.TemporaryDirectory(prefix="gatewarden-") as self.dir:
            os.mkdir(os.path.join(self.dir, "plugins"))
            for so in (*glob.glob("plugins/**/.libs/*.so", recursive=True),
                       "tests/hostile/.libs/zoo_check.so"):
                os.symlink(os.path.abspath(so), os.path.join(
                    self.dir, "plugins", os.path.basename(so)))
            with open(os.path.join(self.dir, "p.conf"), "w",
                      encoding="utf-8") as f:
                f.write(CONF.format(dir=self.dir))
            self.start()
            try:
                self.stays()
            finally:
                self.daemon.kill()
                self.daemon.wait()

    def stays(self):
        self.wait(lambda: (self.health() or {}).get("quarantined"))
        self.daemon.kill()
        self.daemon.wait()
        self.start()
        row = self.wait(self.health)
        self.assertTrue(row["quarantined"], row)
        self.assertIn("SIGSEGV", row["last_fault"])
        faults = row["faults"]
        p = self.ask("check", "run", "crashes", "--date", "last")
        self.assertEqual(p.returncode, 13, p.stdout + p.stderr)
        row = self.wait(lambda: (r := self.health())["faults"] > faults
                        and r)
        self.assertFalse(row["quarantined"], row)
        self.assertEqual(self.ask("journal", "check").returncode, 0)
        self.assertEqual(self.ask("shutdown").returncode, 0)
        self.daemon.wait(timeout=30)


if __name__ == "__main__":
    if not os.path.exists("tests/hostile/.libs/zoo_check.so"):
        print("skipped: the hostile zoo has not been built")
        sys.exit(77)
    unittest.main(verbosity=1)
