#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample as it is on Google Cloud (conf.d/nba/cloud), against servers on
loopback that stand for BigQuery, Cloud Run, Scheduler, Pub/Sub and Slack.

First `verify` of the project as it was in the bad week: it has the three real
faults, its two alerts are not scheduled yet, and nothing else is wrong. Then
the week itself through the real daemon: every measurement comes from BigQuery,
every repair and start goes out as a request, every message is a post; and what
must be true of it is what must be true with the warehouse in a file
(acceptance.py).
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
NBA = os.path.join(os.path.dirname(TESTS), "conf.d", "nba")
sys.path[:0] = [HERE, os.path.join(TESTS, "plugin"),
                os.path.join(NBA, "lib")]

import acceptance                                      # noqa: E402
from demo_test import texts_of                         # noqa: E402
from fake_bigquery import BigQuery                     # noqa: E402
from fake_cloud import PLACE, PROJECT, Cloud           # noqa: E402
from fake_google import error                          # noqa: E402
from journal import Journal                            # noqa: E402
from play import Play                                  # noqa: E402
from stage import END, Stage, ms, program              # noqa: E402

TABLE, OTHER = "nba.prediction_grades", "nba.prediction_accuracy"
GRADING = {"grading-latenight": "30 2 * * *",
           "grading-morning": "0 7 * * *", "grading-daily": "0 11 * * *"}
JOBS = ("execute-workflows", "overnight-analytics-6am-et",
        "overnight-phase4-7am-et", "grading-readiness-check")
ALERTS = ("box-score-completeness-alert", "phase4-failure-alert")
FUNCTIONS = ("phase3-to-phase4", "phase4-to-phase5", "phase5-to-phase6",
             "phase6-export", *ALERTS)
SERVICES = ("nba-scrapers", "nba-phase2-raw-processors",
            "nba-phase3-analytics-processors",
            "nba-phase4-precompute-processors")
TOPICS = ("nba-phase1-scrapers-complete", "nba-phase2-raw-complete",
          "nba-phase3-analytics-complete", "nba-phase4-trigger",
          "nba-predictions-trigger", "nba-grading-trigger",
          "nba-phase6-export-trigger")
APIS = ("bigquery", "cloudfunctions", "cloudscheduler", "pubsub", "run")
LATE = "bigquerydatatransfer.googleapis.com"
BOT = "xoxb-sample"


class Project(Cloud):
    """The project and the channels of the sample. What it is told to do, the
    sample's programs do, at the instant that the request names."""
    def __init__(self, warehouse):
        super().__init__()
        self.warehouse, self.bigquery = warehouse, BigQuery(warehouse)
        self.live.add(BOT)
        self.posts, self.ran, self.refusals = {}, [], []
        self.as_it_was()

    def as_it_was(self):
        self.api_on(*(f"{a}.googleapis.com" for a in APIS))
        for name in FUNCTIONS:
            self.function(name)
        self.function("phase5b-grading", env={"GRADES_TABLE": TABLE})
        self.function("grading-readiness-monitor",
                      env={"GRADES_TABLE": OTHER})
        for name in SERVICES:
            self.service(name)
        self.service("prediction-coordinator", kind="run_jobs")
        for name in JOBS:
            self.job(name)
        for name in TOPICS:
            self.topic(name, name + "-sub")

    def repair(self):
        self.api_on(LATE)
        for name in ALERTS:
            self.job(name)
        for name, schedule in GRADING.items():
            self.job(name, schedule=schedule, pubsubTarget={
                "topicName": f"projects/{PROJECT}/topics/"
                             "nba-grading-trigger"})
            del self.state["jobs"][f"{PLACE}/jobs/{name}"]["httpTarget"]
        self.function("grading-readiness-monitor",
                      env={"GRADES_TABLE": TABLE})

    # ------------------------------------------------------------- answers

    def serve(self, request):
        if request.path == "/api/api.test":     # Slack's, without a token
            return (200, {}, '{"ok": true}')
        return super().serve(request)

    def answer(self, request):
        if request.path.startswith("/bigquery/"):
            return self.bigquery.answer(request)
        if request.path.startswith("/api/chat."):
            return self.slack(request.path.rsplit(".", 1)[1], request.body)
        what = request.path.strip("/").split("/")
        if what == ["nba-scrapers", "scrape"]:
            return self.run("scrape_bdl", request.body["date"],
                            request.body, "--games", *request.body["games"])
        if what == ["nba-phase4-precompute-processors", "process-date"]:
            return self.run("process_date", request.body["analysis_date"],
                            request.body, "--processors",
                            *request.body["processors"])
        return super().answer(request)

    def slack(self, method, body):
        if method == "update" and body["ts"] not in self.posts:
            return {"ok": False, "error": "message_not_found"}
        ts = body.get("ts") or f"1768.{len(self.posts):06d}"
        first = self.posts.setdefault(ts, {"edits": -1, **body})
        first.update(body, edits=first["edits"] + 1)
        return {"ok": True, "channel": body["channel"], "ts": ts}

    def run(self, name, date, body, *words):
        """The sample's program of that name, for a request of ours."""
        p = subprocess.run(
            [os.path.join(NBA, "bin", name), "--warehouse", self.warehouse,
             "--now", body["requested_at"], "--date", date, *words],
            capture_output=True, text=True, check=False)
        self.ran.append((name, date, *words[1:]))
        if p.returncode:
            self.refusals.append(p.stdout + p.stderr)
            return error(500, "internalError", p.stderr)
        return {"said": p.stdout}

    def execute(self, job, body):
        started = super().execute(job, body)
        (over,) = body["overrides"]["containerOverrides"]
        said = dict(zip(over["args"][::2], over["args"][1::2]))
        self.run("run_predictions", said["--date"],
                 {"requested_at": said["--requested-at"]})
        return started

    def publish(self, topic, body):
        answer = super().publish(topic, body)
        data = json.loads(self.published[-1]["data"])
        self.run("publish", data["target_date"], data)
        return answer


class OnCloud(Stage):
    """The sample with what conf.d/nba/cloud has in place of its files."""
    url = None

    def make(self):
        super().make()
        for path in glob.glob(os.path.join(NBA, "cloud", "*.conf")):
            self.copy(path)
        with open(os.path.join(self.dir, "slack-bot.token"), "w",
                  encoding="ascii") as f:
            f.write(BOT + "\n")
        os.chmod(f.name, 0o600)

    def add(self, name, text):
        here = f'metadata_server = "{self.url}"; '
        for pattern, by in (
                (r'project = "nba-props-platform";',
                 f'project = "{PROJECT}"; endpoint = "{self.url}"; {here}'),
                (r'(audience = "[^"]*";)', rf"\1 {here}"),
                (r' url = "https://([\w-]+)\.run\.app/',
                 rf' url = "{self.url}/\1/'),
                (r"https://slack\.com/", f"{self.url}/"),
                (r'token = "file:/etc/gatewarden/([^"]*)";',
                 rf'token = "file:{self.dir}/\1"; pace = "0s";'
                 f' endpoint = "{self.url}/api";'),
                # polls wait in the time of life; the rest is fewer requests
                (r'poll = "10s"', 'poll = "50ms"'),
                (r'watch_for = "270d"', 'watch_for = "10d"'),
                (r'every = "(20m|1h)"', 'every = "4h"')):
            text = re.sub(pattern, by, text)
        super().add(name, text)


def verified(stage):
    """(exit code, entries by name) of a verify without a daemon."""
    p = subprocess.run(
        [*stage.client(), "verify", "--json", stage.conf, "--plugin-dir",
         stage.plugins, "--host", program(stage.build, "gatewarden-host")],
        capture_output=True, text=True, check=False, timeout=120)
    try:
        entries = json.loads(p.stdout)["entries"]
    except ValueError:
        raise AssertionError(p.stdout + p.stderr) from None
    return p.returncode, {e["name"]: e for e in entries}


def commands():
    """What docs/seed-map.md says a daemon is asked, once each."""
    with open(os.path.join(os.path.dirname(TESTS), "docs", "seed-map.md"),
              encoding="utf-8") as f:
        found = re.findall(r"`gatewarden ([^`]+)` \|$", f.read(), re.M)
    return [c for c in dict.fromkeys(found)
            if "conf.d/nba" not in c and "--follow" not in c]


class Shown(unittest.TestCase):
    said = {}

    def test_each_command_of_the_map_answers(self):
        self.assertGreater(len(self.said), 30)
        for command, p in self.said.items():
            with self.subTest(command):
                # what a check finds is not the question here
                good = {0, 1, 10} if command.startswith("check run") else {0}
                self.assertIn(p.returncode, good, p.stdout + p.stderr)
                self.assertTrue(p.stdout.strip(), p.stderr)


class Verified(unittest.TestCase):
    """What `verify` said of the project of that week, and once repaired."""
    before = after = None

    def test_the_three_faults_are_found(self):
        code, found = self.before
        self.assertEqual(code, 1)
        self.assertEqual(sorted(found["grading_jobs"]["missing"]),
                         sorted(GRADING))
        self.assertEqual(found["apis"]["missing"], [LATE])
        self.assertEqual(found["monitor_reads"]["missing"],
                         ["grading-readiness-monitor"])
        self.assertIn(f"GRADES_TABLE '{OTHER}', expected '{TABLE}'",
                      json.dumps(found["monitor_reads"]))

    def test_and_nothing_else_is(self):
        wrong = {n for n, e in self.before[1].items()
                 if e["result"] not in ("pass", "skip")}
        self.assertEqual(wrong, {"grading_jobs", "alert_jobs", "apis",
                                 "monitor_reads"})

    def test_repaired(self):
        code, found = self.after
        self.assertEqual({e["result"] for e in found.values()},
                         {"pass", "skip"}, found)
        self.assertEqual(code, 0)


class Asked(unittest.TestCase):
    """That it was they who were asked and told."""
    project = journal = None

    def test_measurements_came_from_bigquery(self):
        jobs = self.project.bigquery.jobs
        self.assertGreater(len(jobs), 500)
        self.assertLess(self.project.token_requests, len(jobs) / 5)

    def test_work_was_done_where_the_requests_went(self):
        programs = {name for name, *_ in self.project.ran}
        self.assertEqual(programs, {"scrape_bdl", "process_date",
                                    "run_predictions", "publish"})
        self.assertIn(("process_date", "2026-01-16", "pcf", "pdc"),
                      [(*r[:2], *sorted(r[2:])) for r in self.project.ran])
        self.assertEqual(self.project.refusals, [])

    def test_starts_happened_once_a_date(self):
        for name in ("run_predictions", "publish"):
            dates = [r[1] for r in self.project.ran if r[0] == name]
            self.assertEqual(len(dates), len(set(dates)), name)

    def test_an_incident_is_one_post_in_a_channel(self):
        posts = [p for p in self.project.posts.values()
                 if "thread_ts" not in p]
        self.assertEqual({p["channel"] for p in posts}, {
            "C0APPERROR", "C0NBAALERTS", "C0PIPELINE", "C0REPORTS"})
        delivered = [m for m in self.journal.messages
                     if m.get("delivered_at")]
        self.assertGreater(len(delivered), len(posts))
        self.assertTrue(any(p["edits"] for p in posts))


def played(stage, project):
    """verify, before and after the repair; then the week."""
    stage.url = project.url
    stage.make()
    Verified.before = verified(stage)
    project.repair()
    Verified.after = verified(stage)
    try:
        seen = Play(stage).until(ms(END))
        read = (Journal(stage.export()), texts_of(stage, seen),
                stage.gatewarden("journal", "check"))
        stage.gatewarden("notify", "test", "last_resort")   # a fallback
        Shown.said = {c: stage.gatewarden(*c.split()) for c in commands()}
        return read
    finally:
        stage.stop()


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "."
    speed = float(os.environ.get("GATEWARDEN_TEST_SPEED", "40000"))
    with tempfile.TemporaryDirectory(prefix="gatewarden-") as directory:
        stage = OnCloud(build, directory, speed)
        with Project(stage.warehouse) as project:
            journal, texts, check = played(stage, project)
    print(f"{len(journal.events)} events, {len(project.bigquery.jobs)}"
          f" queries, {project.token_requests} tokens, "
          f"{len(project.posts)} posts")
    print("journal check:", check.stdout.strip() or check.stderr.strip())
    acceptance.Week.journal, acceptance.Week.texts = journal, texts
    Asked.journal, Asked.project = journal, project
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    suite = unittest.TestSuite(map(load, [Verified, *acceptance.LINES,
                                          Asked, Shown]))
    good = unittest.TextTestRunner(stream=sys.stdout).run(suite)
    return not (good.wasSuccessful() and check.returncode == 0)


if __name__ == "__main__":
    sys.exit(main())
