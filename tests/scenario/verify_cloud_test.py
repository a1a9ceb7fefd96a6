#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""verify against a Google Cloud project on loopback, over the protocols that
the real one speaks: the three faults of a real incident are found (no
scheduler at all, an API that is off, a monitor that reads another table than
the grader writes), each repair makes its entry pass, and a project that can't
be asked is never complete.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "plugin"))

from fake_cloud import PROJECT, REGION, Cloud           # noqa: E402
from fake_google import error                           # noqa: E402
from small_site import BUILD, START, Site               # noqa: E402
from stage import program                               # noqa: E402

GRADER = "https://grading.run.app/grade"
TABLE = "nba_predictions.prediction_accuracy"
WRONG = "nba_predictions.prediction_grades"
TIMES = ("morning", "noon", "evening")

ENTRIES = """
inventory = (
  { name = "grading_jobs";  what = "schedulers";  plugin = "cloud_scheduler";
    location = "%(region)s";  undeclared = "grading-*";  over = "warn";
    jobs = (
      { name = "grading-morning";  target = "%(grader)s"; },
      { name = "grading-noon";  target = "%(grader)s"; },
      { name = "grading-evening";  target = "%(grader)s"; }
    );  %(google)s },
  { name = "apis_on";  what = "apis";  plugin = "service_usage";
    apis = ("bigquery.googleapis.com", "cloudscheduler.googleapis.com",
            "bigquerydatatransfer.googleapis.com");  %(google)s },
  { name = "monitor_reads";  what = "tables";  plugin = "cloud_run";
    kind = "function";  location = "%(region)s";
    deployed = ( { name = "readiness-monitor";
                   env = "GRADES_TABLE=%(table)s"; } );  %(google)s },
  { name = "grader_serves";  what = "services";  plugin = "cloud_run";
    location = "%(region)s";
    deployed = ( { name = "grading";  revision = "latest"; } );
    %(google)s },
  { name = "grading_heard";  what = "topics";  plugin = "pubsub";
    declared = ( { name = "nba-grading-trigger";
                   subscriptions = "phase5b-grading-sub"; } );
    %(google)s }
);
"""


class Project(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.addCleanup(self.tmp.cleanup)
        self.cloud = Cloud()
        self.cloud.__enter__()
        self.addCleanup(self.cloud.__exit__)
        self.site = Site(BUILD, self.tmp.name, 10.0, START)
        self.site.make()
        google = (f'project = "{PROJECT}";  endpoint = "{self.cloud.url}";'
                  f'  metadata_server = "{self.cloud.url}"; ')
        self.site.put("60-inventory.conf", ENTRIES % {
            "region": REGION, "grader": GRADER, "table": TABLE,
            "google": google})
        self.before()

    def before(self):
        """The project as it was in that week."""
        self.cloud.api_on("bigquery.googleapis.com",
                          "cloudscheduler.googleapis.com")
        self.cloud.job("execute-workflows")
        self.cloud.function("readiness-monitor", env={"GRADES_TABLE": WRONG})
        self.cloud.service("grading", env={"GRADES_TABLE": TABLE})
        self.cloud.topic("nba-grading-trigger", "phase5b-grading-sub")

    def entries(self, code):
        p = subprocess.run(
            [program(BUILD, "gatewarden"), "--socket", self.site.socket,
             "verify", "--json", self.site.conf, "--plugin-dir",
             self.site.plugins, "--host", program(BUILD, "gatewarden-host")],
            capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(p.returncode, code, p.stdout + p.stderr)
        return {e["name"]: e for e in json.loads(p.stdout)["entries"]}

    def repair(self):
        self.cloud.api_on("bigquerydatatransfer.googleapis.com")
        for time in TIMES:
            self.cloud.job(f"grading-{time}", uri=GRADER)
        self.cloud.function("readiness-monitor", env={"GRADES_TABLE": TABLE})

    def test_the_three_faults(self):
        found = self.entries(1)
        self.assertEqual(found["grading_jobs"]["missing"],
                         [f"grading-{time}" for time in TIMES])
        self.assertEqual(found["apis_on"]["missing"],
                         ["bigquerydatatransfer.googleapis.com"])
        self.assertEqual(found["monitor_reads"]["missing"],
                         ["readiness-monitor"])
        self.assertIn(f"GRADES_TABLE '{WRONG}', expected '{TABLE}'",
                      json.dumps(found["monitor_reads"]))
        for name in ("grader_serves", "grading_heard"):
            self.assertEqual(found[name]["result"], "pass", found[name])

    def test_repaired(self):
        self.repair()
        self.assertEqual({e["result"] for e in self.entries(0).values()},
                         {"pass", "skip"})

    def test_more_than_declared(self):
        self.repair()
        self.cloud.job("grading-old", uri=GRADER)
        found = self.entries(10)
        self.assertEqual(found["grading_jobs"]["extra"], ["grading-old"])

    def test_a_project_that_can_not_be_asked(self):
        self.repair()
        self.cloud.off("cloudscheduler")
        self.cloud.fault("/subscriptions", error(403, "forbidden", "no"))
        found = self.entries(1)
        self.assertEqual(found["grading_jobs"]["result"], "unknown")
        self.assertIn("the API is not enabled",
                      json.dumps(found["grading_jobs"]))
        self.assertEqual(found["grading_heard"]["result"], "unknown")
        # what is off is said by the list of what is on
        self.assertEqual(found["apis_on"]["missing"],
                         ["cloudscheduler.googleapis.com"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
