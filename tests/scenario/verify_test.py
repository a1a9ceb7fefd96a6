#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""verify: the declared inventory against what exists, in both directions,
before a deployment (no daemon) and after one (a running daemon).

The small site's deployment is a file with the names of schedulers that
exist, another of APIs, a table in its warehouse and a secret in a file. It
begins with the three faults of a real incident: no scheduler at all, an API
that is off, and a monitor that reads another table than its writer writes.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from small_site import BUILD, Site, START, TOLD         # noqa: E402
from stage import program, wait_for                     # noqa: E402

LISTER = os.path.join(HERE, "lister.py")
INVENTORY = """
inventory = (
  { name = "grading_schedulers";  what = "schedulers";  plugin = "exec";
    argv = ("%(lister)s", "%(dir)s/schedulers", "grade-1", "grade-2",
            "grade-3"); },
  { name = "required_apis";  what = "apis";  plugin = "exec";
    argv = ("%(lister)s", "%(dir)s/apis", "bigquery", "datatransfer"); },
  { name = "grades_table";  what = "tables";
    names = "seen";  in = ("raw_rows", "grades_ready"); },
  { name = "warehouse";  what = "tables";  plugin = "sql";  min = 1;
    value = "SELECT count(*) FROM sqlite_master WHERE name = 'seen'"; },
  { name = "raw";  what = "tables";  check = "raw_rows";  offline = false; }
);
checks = ( { name = "grades_ready";  plugin = "sql";  min = 1;
  value = "SELECT count(*) FROM runs WHERE day = :date"; } );
alarms = ( { name = "grading";  plugin = "all";  inputs = "grades_ready"; } );
"""
SECRET = """
notifiers = ( { name = "pager";  plugin = "slack";
  webhook = "file:%(dir)s/pager.url"; } );
"""


class Deployment(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.addCleanup(self.tmp.cleanup)
        self.site = Site(BUILD, self.tmp.name, 10.0, START)
        self.site.make()
        self.inventory()
        self.exists("apis", "bigquery")
        self.exists("schedulers")

    def inventory(self, text=INVENTORY):
        self.site.put("60-inventory.conf",
                      text.replace("%(lister)s", LISTER))

    def exists(self, what, *names):
        with open(os.path.join(self.site.dir, what), "w",
                  encoding="utf-8") as f:
            f.writelines(name + "\n" for name in names)

    def repair(self):
        self.exists("schedulers", "grade-1", "grade-2", "grade-3")
        self.exists("apis", "bigquery", "datatransfer")
        self.inventory(INVENTORY.replace("FROM runs", "FROM seen"))

    def call(self, *words, offline=True):
        more = (self.site.conf, "--plugin-dir", self.site.plugins, "--host",
                program(BUILD, "gatewarden-host")) if offline else ()
        return subprocess.run(
            [program(BUILD, "gatewarden"), "--socket", self.site.socket,
             "verify", *words, *more], capture_output=True, text=True,
            check=False, timeout=120)

    def gives(self, code, *words, offline=True):
        p = self.call(*words, offline=offline)
        self.assertEqual(p.returncode, code, p.stdout + p.stderr)
        return p.stdout

    def entries(self, code, *words, offline=True):
        answer = json.loads(self.gives(code, *words, "--json",
                                       offline=offline))
        return {e["name"]: e for e in answer["entries"]}


class Offline(Deployment):
    def test_the_three_faults(self):
        found = self.entries(1)
        self.assertEqual(found["grading_schedulers"]["missing"],
                         ["grade-1", "grade-2", "grade-3"])
        self.assertEqual(found["required_apis"]["missing"], ["datatransfer"])
        self.assertEqual(len(found["grades_table"]["missing"]), 1)
        self.assertIn("check grades_ready", found["grades_table"]["missing"]
                      [0])
        self.assertEqual(found["warehouse"]["result"], "pass")
        text = self.gives(1)
        self.assertRegex(text, r"(?m)^    absent +grade-2$")
        self.assertIn("5 absent, 0 undeclared", text)

    def test_what_was_repaired_passes_and_says_what_was_left_out(self):
        self.repair()
        found = self.entries(0)
        self.assertEqual({e["result"] for e in found.values()},
                         {"pass", "skip"})
        self.assertEqual([n for n, e in found.items()
                          if e["result"] == "skip"], ["raw", "secrets", "routes"])

    def test_what_nobody_declared_is_a_warning(self):
        self.repair()
        self.exists("schedulers", "grade-1", "grade-2", "grade-3", "old<&>")
        found = self.entries(10)
        self.assertEqual(found["grading_schedulers"]["extra"], ["old<&>"])
        self.inventory(INVENTORY.replace("FROM runs", "FROM seen").replace(
            'plugin = "exec";', 'plugin = "exec";  over = "fail";'))
        self.assertEqual(self.entries(1)["grading_schedulers"]["result"],
                         "fail")

    def test_what_could_not_be_told_is_not_there(self):
        self.repair()
        os.unlink(os.path.join(self.site.dir, "apis"))
        found = self.entries(13)
        self.assertEqual(found["required_apis"]["result"], "unknown")
        self.assertNotIn("missing", found["required_apis"])

    def test_a_secret_that_is_not_set(self):
        self.repair()
        self.site.put("61-secret.conf", SECRET)
        self.site.put("20-told.conf", TOLD.replace(
            '"people";  digest', '("people", "pager");  digest'))
        found = self.entries(1)
        self.assertEqual(found["secrets"]["result"], "fail")
        self.assertIn("pager.url", found["secrets"]["missing"][0])
        self.assertNotIn("secrets", self.entries(0, "--skip", "secrets"))

    def test_only_and_skip(self):
        self.assertEqual(sorted(self.entries(1, "--only", "apis", "--only",
                                             "grading_schedulers")),
                         ["grading_schedulers", "required_apis"])
        self.assertEqual(list(self.entries(0, "--only", "plugins")),
                         ["plugins"])
        p = self.call("--only", "shedulers")
        self.assertEqual(p.returncode, 2, p.stdout)
        self.assertIn("no entry 'shedulers'", p.stdout)

    def test_a_wrong_configuration_is_no_pass(self):
        self.site.put("70-wrong.conf", 'checks = ( { nmae = "x"; } );\n')
        p = self.call()
        self.assertEqual(p.returncode, 1)
        self.assertIn("70-wrong.conf:1", p.stderr)

    def test_junit(self):
        self.exists("schedulers", "grade-1", "grade-2", "grade-3", "a<&\"\x1b")
        suite = ElementTree.fromstring(self.gives(1, "--junit"))[0]
        cases = {c.get("name"): c for c in suite}
        self.assertEqual(suite.get("failures"), "2")
        self.assertEqual(suite.get("tests"), str(len(cases)))
        self.assertIn("absent: datatransfer",
                      cases["required_apis"].find("failure").text)
        self.assertEqual(cases["required_apis"].get("classname"), "apis")
        self.assertIn('undeclared: a<&"', cases["grading_schedulers"].find(
            "system-out").text)
        self.assertIsNotNone(cases["routes"].find("skipped"))
        self.assertEqual(len(cases["warehouse"]), 0)

    def test_tap(self):
        self.exists("schedulers", "grade-1", "grade-2", "grade-3", "a#b")
        lines = self.gives(1, "--tap").splitlines()
        self.assertEqual(lines[0], "TAP version 14")
        results = [x for x in lines if x.startswith(("ok ", "not ok "))]
        self.assertEqual(lines[1], f"1..{len(results)}")
        self.assertEqual(results[0], "ok 1 - schedulers: grading_schedulers,"
                         " warn, 3 of 3, 1 undeclared")
        self.assertEqual(results[1], "not ok 2 - apis: required_apis, fail, "
                         "1 of 2, 1 absent")
        self.assertIn('    - "undeclared: a#b"', lines)
        self.assertTrue(results[-1].startswith(
            f"ok {len(results)} - routes # SKIP "), results[-1])


class Live(Deployment):
    def setUp(self):
        super().setUp()
        self.site.bring("raw", "2026-01-14")
        self.repair()
        # the summary of a first start is for nobody: nothing was delivered
        self.site.put("20-told.conf", TOLD.replace(
            "digest", 'severity = "warning";  digest'))
        self.site.run()
        self.addCleanup(self.site.stop)

    def test_a_running_daemon(self):
        found = self.entries(1, offline=False)
        self.assertEqual(found["raw"]["date"], "2026-01-14")
        self.assertEqual(found["raw"]["result"], "pass")
        self.assertIn("has never delivered",
                      found["routes"]["missing"][0])
        p = self.site.gatewarden("notify", "test", "people")
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertEqual(self.entries(0, offline=False)["routes"]["result"],
                         "pass")

    def test_nothing_is_remembered(self):
        """It enters no date, no journal."""
        self.entries(1, offline=False)
        self.assertEqual([x for x in self.site.export()
                          if "grading_schedulers" in json.dumps(x)], [])

    def test_a_client_that_leaves_and_a_reload(self):
        slow = INVENTORY.replace("FROM runs", "FROM seen").replace(
            'plugin = "exec";\n    argv = ("%(lister)s", "%(dir)s/apis"',
            'plugin = "exec";\n    argv = ("/bin/sleep", "20"')
        self.inventory(slow)
        self.assertEqual(self.site.gatewarden("reload").returncode, 0)
        p = subprocess.Popen([*self.site.client(), "verify"],
                             stdout=subprocess.DEVNULL)
        wait_for("the call", 60, lambda: any(
            x["name"] == "inventory.required_apis" and x["workers"] > 0
            for x in self.site.ask("plugins")["instances"]))
        self.assertEqual(self.site.gatewarden("reload").returncode, 0)
        p.kill()
        p.wait()
        self.assertEqual(list(self.entries(0, "--only", "plugins",
                                           offline=False)), ["plugins"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
