#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What a database may cost in a day: beyond it checks are unknown, and no
crash, kill or restart gives anything back. The programs and the plugin that
costs are those of the build directory in which this runs.
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
PLUGIN = "tests/daemon/.libs/costs.so"
KIB, MIB = 1024, 1024 * 1024
CONF = """
state_dir = "{dir}/state";
socket = "{dir}/control";
notifiers = ( {{ name = "told"; plugin = "file"; path = "{dir}/told"; }} );
routes = ( {{ to = "told"; }} );
databases = ( {{ name = "lake"; plugin = "sqlite"; path = "{dir}/lake.db";
                 max_bytes_per_day = "1MiB";
                 max_bytes_per_query = "256KiB"; }} );
checks = ( {checks} );
pipelines = ( {{ name = "p"; timezone = "UTC"; watch_for = "1d";
                 database = "lake"; every = "10d"; confirm = 1; phases = (
  {{ name = "only"; done = ({names}); due = "+1d 12:00"; }} ); }} );
"""
CHECK = '{{ name = "{name}"; plugin = "costs"; file = "{dir}/cost"; min = 1; }}'


class Spending(unittest.TestCase):
    def setUp(self):
        # pylint: disable=consider-using-with
        tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.addCleanup(tmp.cleanup)
        self.dir, self.daemon = tmp.name, None
        os.mkdir(os.path.join(self.dir, "plugins"))
        for so in (*glob.glob("plugins/**/.libs/*.so", recursive=True),
                   PLUGIN):
            name = "check-costs.so" if so == PLUGIN else os.path.basename(so)
            os.symlink(os.path.abspath(so),
                       os.path.join(self.dir, "plugins", name))
        self.addCleanup(self.kill)

    def configure(self, *names):
        with open(os.path.join(self.dir, "p.conf"), "w",
                  encoding="utf-8") as f:
            f.write(CONF.format(
                dir=self.dir, names=", ".join(f'"{n}"' for n in names),
                checks=",\n".join(CHECK.format(dir=self.dir, name=n)
                                  for n in names)))

    def costs(self, n, how="bills"):
        path = os.path.join(self.dir, "cost")
        with open(path + "+", "w", encoding="ascii") as f:
            f.write(f"{n} {how}\n")
        os.rename(path + "+", path)

    def start(self, *words):
        # pylint: disable=consider-using-with
        with open(os.path.join(self.dir, "log"), "ab") as log:
            self.daemon = subprocess.Popen(
                [DAEMON, *words, "--config", os.path.join(self.dir, "p.conf"),
                 "--plugin-dir", os.path.join(self.dir, "plugins"),
                 "--host", HOST], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        self.wait(lambda: self.ask("status").returncode == 0)

    def kill(self):
        if self.daemon:
            self.daemon.kill()
            self.daemon.wait()

    def ask(self, *words):
        return subprocess.run(
            [CLIENT, "--socket", os.path.join(self.dir, "control"), *words],
            capture_output=True, text=True, check=False, timeout=60)

    def wait(self, probe, seconds=120):
        deadline = time.monotonic() + seconds
        while not (found := probe()):
            self.assertIsNone(self.daemon.poll(), self.log())
            self.assertLess(time.monotonic(), deadline, self.log())
            time.sleep(0.05)
        return found

    def log(self):
        with open(os.path.join(self.dir, "log"), encoding="utf-8") as f:
            return f.read()

    def lake(self):
        """(spent, under way), of all days: midnight may pass meanwhile."""
        (o,) = json.loads(self.ask("doctor", "--json").stdout)["databases"]
        self.assertEqual((o["database"], o["max_bytes_per_day"]),
                         ("lake", MIB))
        return (sum(d["bytes"] for d in o["days"]),
                sum(d["reserved"] for d in o["days"]))

    def settled(self):
        """What has been spent, once all has been measured."""
        def probe():
            lake = self.lake()
            return lake[1] == 0 and self.results() and all(
                r != "unmeasured" for r in self.results()) and [lake[0]]
        return self.wait(probe)[0]

    def checks(self):
        o = json.loads(self.ask("checks", "--json").stdout)
        return [c for p in o["pipelines"] for c in p["checks"]]

    def results(self):
        return [c["result"] if c.get("read_at") or c.get("remark")
                else "unmeasured" for c in self.checks()]

    def run_check(self, name="a"):
        return self.ask("check", "run", name, "--date", "last").returncode

    def remark(self):
        return self.checks()[0]["remark"]

    def test_a_day_is_spent_and_a_restart_refunds_nothing(self):
        self.configure("a")
        self.costs(100 * KIB)
        self.start()
        self.settled()
        for _ in range(20):
            if self.run_check() == 13:
                break
        self.assertEqual(self.lake(), (1000 * KIB, 0))
        self.assertEqual(self.remark(),
                         f"budget: would cost {100 * KIB} of {24 * KIB}")
        self.kill()
        self.start()
        self.assertEqual(self.run_check(), 13)
        self.assertEqual(self.lake(), (1000 * KIB, 0))
        self.costs(24 * KIB)            # what fits is asked
        self.assertEqual(self.run_check(), 0)
        self.assertEqual(self.lake(), (MIB, 0))
        self.assertEqual(self.run_check(), 13)
        self.assertRegex(self.remark(), "^budget: the 1.0 MiB that database"
                         r" 'lake' may cost on \d{4}-\d\d-\d\d \(UTC\) are")
        self.assertEqual(self.lake(), (MIB, 0))
        text = self.ask("doctor").stdout
        self.assertRegex(text, r"lake +\d{4}-\d\d-\d\d +1.0 MiB +- +1.0 MiB"
                         " +100 %")
        self.assertEqual(self.ask("journal", "check").returncode, 0)

    def test_more_than_a_query_may_is_not_asked(self):
        self.configure("a")
        self.costs(300 * KIB)
        self.start()
        self.assertEqual(self.settled(), 0)
        self.assertEqual(self.remark(),
                         f"budget: would cost {300 * KIB} of {256 * KIB}")

    def test_what_crashes_has_cost_its_share(self):
        self.configure("a")
        self.costs(0)
        self.start()
        self.assertEqual(self.settled(), 0)
        self.costs(1, "crashes")
        self.assertEqual(self.run_check(), 13)
        self.assertEqual(self.lake(), (256 * KIB, 0))

    def test_no_bill_is_too_high_to_be_counted(self):
        self.configure("a")
        self.costs(KIB)
        self.start()
        self.settled()
        self.costs(2**63 - 1, "lies")
        self.run_check()
        self.assertGreater(self.lake()[0], MIB)
        self.costs(KIB)
        self.assertEqual(self.run_check(), 13)
        self.assertRegex(self.remark(), "^budget: the 1.0 MiB that database")
        self.assertEqual(self.ask("journal", "check").returncode, 0)

    def test_what_was_under_way_has_cost_its_share(self):
        self.configure("a")
        self.costs(1, "waits")
        self.start()
        out = self.wait(lambda: self.lake()[1])
        self.kill()
        self.costs(0)
        self.start()
        self.assertEqual(self.settled(), out)
        self.assertIn("are taken as spent", self.log())
        self.kill()
        self.start()
        self.assertEqual(self.settled(), out)
        self.assertEqual(self.ask("journal", "check").returncode, 0)

    def test_a_dry_run_spends_as_well(self):
        self.configure("a")
        self.costs(100 * KIB)
        self.start("--dry-run")
        self.settled()
        spent = self.lake()[0]
        self.assertGreater(spent, 0)
        self.costs(1, "waits")
        self.ask("recheck", "--date", "last")
        out = self.wait(lambda: self.lake()[1])
        self.kill()
        self.costs(0)
        self.start()
        self.assertEqual(self.settled(), spent + out)
        self.assertEqual(self.ask("journal", "check").returncode, 0)

    def test_all_together_get_no_more_than_the_day_has(self):
        names = "abcdefg"
        self.configure(*names)
        self.costs(10 * KIB, "waits")
        self.start()
        self.wait(lambda: self.lake() == (0, MIB))
        self.costs(10 * KIB)
        spent = self.settled()
        self.assertGreaterEqual(spent, len(names) * 10 * KIB)
        self.assertEqual(self.results(), ["pass"] * len(names))

    def test_who_waited_is_told_that_nothing_is_left(self):
        names = "abcdefg"
        self.configure(*names)
        self.costs(256 * KIB, "waits")
        self.start()
        self.wait(lambda: self.lake() == (0, MIB))
        self.costs(256 * KIB)
        self.assertEqual(self.settled(), MIB)
        results = self.results()
        self.assertIn("unknown", results)
        self.assertNotIn("fail", results)


if __name__ == "__main__":
    if not os.path.exists(PLUGIN):
        print("skipped: the plugin that costs has not been built")
        sys.exit(77)
    unittest.main(verbosity=1)
