#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The checks of what runs in a Google Cloud project, against one on
loopback: cloud_scheduler, cloud_run, service_usage.
"""
import fake_cloud
from cloud_case import CloudCase, Unpleasant
from fake_cloud import PROJECT, REGION
from host import main, refusal


class ServiceUsage(Unpleasant, CloudCase):
    plugin, target = "service_usage", "/services"
    more = {"apis": ["bigquery.googleapis.com",
                     "cloudscheduler.googleapis.com"]}

    def whole(self):
        self.cloud.api_on("bigquery.googleapis.com",
                          "cloudscheduler.googleapis.com",
                          "pubsub.googleapis.com")

    def test_enabled(self):
        self.whole()
        for pages in (0, 1, 2):
            self.cloud.pages = pages
            self.assert_value(self.ask(), 2, 2)

    def test_one_is_off(self):
        self.whole()
        self.cloud.off("cloudscheduler")
        r = self.ask()
        self.assert_value(r, 1, 2)
        self.lacks(r, **{"cloudscheduler.googleapis.com":
                         "is not enabled"})

    def test_none_is_on(self):
        r = self.ask()
        self.assert_value(r, 0, 2)

    def test_undeclared(self):
        self.whole()
        self.assertNotIn("extra", self.ask())
        r = self.ask(undeclared=["*"])
        self.assertEqual(r["extra"], ["pubsub.googleapis.com"])

    def test_options(self):
        for options, words in (
                ({"apis": []}, "one name at least"),
                ({"apis": ["bigquery"]}, "such as"),
                ({"apis": ["a.b", "a.b"]}, "'a.b' is named twice"),
                ({"project": None}, "project is missing"),
                ({"project": "a/b"}, "without a slash"),
                ({"endpoint": "http://example.org"}, "https://")):
            with self.subTest(options):
                self.assertIn(words, refusal(
                    "check", self.plugin, self.options(**options)) or "")


class Scheduler(Unpleasant, CloudCase):
    plugin, target = "cloud_scheduler", "/jobs"
    more = {"location": REGION, "expected": ["morning", "noon"],
            "jobs": [{"name": "night", "period": 86400000}]}

    def whole(self):
        for name in ("morning", "noon", "night", "other"):
            self.cloud.job(name)

    def test_all_run(self):
        self.whole()
        for pages in (0, 1, 3):
            self.cloud.pages = pages
            r = self.ask()
            self.assert_value(r, 3, 3)
            self.assertIn("4 in all", r["evidence"]["listed"])

    def test_no_scheduler_at_all(self):
        r = self.ask()
        self.assert_value(r, 0, 3)
        self.lacks(r, morning="does not exist", noon="does not exist",
                   night="does not exist")

    def job(self, name):
        return self.cloud.state["jobs"][
            f"{fake_cloud.PLACE}/jobs/{name}"]

    def test_states(self):
        self.whole()
        for state in ("PAUSED", "DISABLED", "UPDATE_FAILED", "NEW_ONE"):
            self.job("noon")["state"] = state
            r = self.ask()
            self.assert_value(r, 2, 3)
            self.lacks(r, noon=f"is {state}, expected ENABLED")
        del self.job("noon")["state"]
        self.assert_unknown(self.ask(), "without name or state")

    def test_one_that_must_not_run(self):
        self.whole()
        jobs = {"expected": [], "jobs": [{"name": "noon", "state": "PAUSED",
                                       "period": 1000}]}
        r = self.ask(**jobs)
        self.assert_value(r, 0, 1)
        self.lacks(r, noon="is ENABLED, expected PAUSED")
        self.job("noon")["state"] = "PAUSED"
        self.assert_value(self.ask(**jobs), 1, 1)

    def test_targets(self):
        self.whole()
        uri = "https://run.example/x"
        for job, target, words in (
                ({}, uri, None),
                ({}, "https://run.example/y", f"the target '{uri}'"),
                ({"httpTarget": None, "pubsubTarget": {
                    "topicName": f"projects/{PROJECT}/topics/go"}}, "go",
                 None),
                ({"httpTarget": None, "pubsubTarget": {
                    "topicName": f"projects/{PROJECT}/topics/go"}},
                 f"projects/{PROJECT}/topics/go", None),
                ({"httpTarget": None, "pubsubTarget": {
                    "topicName": f"projects/{PROJECT}/topics/no"}}, "go",
                 "expected 'go'"),
                ({"httpTarget": None, "appEngineHttpTarget": {
                    "relativeUri": "/cron"}}, "/cron", None)):
            self.cloud.job("night")
            job = {**self.job("night"), **job}
            self.cloud.state["jobs"][job["name"]] = {
                k: v for k, v in job.items() if v is not None}
            r = self.ask(jobs=[{"name": "night", "target": target}])
            self.lacks(r, **({"night": words} if words else {}))

    def test_schedules(self):
        self.whole()
        for key, value, words in (
                ("schedule", "0 11 * * *", None),
                ("schedule", "0 12 * * *", "the schedule '0 11 * * *'"),
                ("timezone", "America/New_York", None),
                ("timezone", "UTC", "the time zone 'America/New_York'")):
            r = self.ask(jobs=[{"name": "night", key: value}])
            self.lacks(r, **({"night": words} if words else {}))

    def test_attempts(self):
        self.whole()
        day, now = 86400, self.cloud.now
        for last, made, words in (
                (now - day, now - 30 * day, None),
                (now - day - 3500, now - 30 * day, None),
                (now - day - 3700, now - 30 * day, "ran last at 2026-01-16T"),
                (now - 300 * day, now - 300 * day, "ran last at 2025"),
                (None, now - 30 * day, "has never run"),
                (None, now - 3600, None), (now + 60, now - 9 * day, None)):
            job = self.job("night")
            job.pop("lastAttemptTime", None)
            if last:
                job["lastAttemptTime"] = fake_cloud.instant(last)
            job["userUpdateTime"] = fake_cloud.instant(made)
            r = self.ask()
            self.lacks(r, **({"night": words} if words else {}))
        for key in ("lastAttemptTime", "userUpdateTime"):
            for value in ("soon", 7, None, ""):
                self.cloud.job("night", **{key: value})
                self.assert_unknown(self.ask(), f"{key} that is no instant")

    def test_last_status(self):
        self.whole()
        for status, words in (
                (None, None), ({}, None), ({"code": 0}, None),
                ({"code": -1}, None),
                ({"code": 4}, "failed at its last attempt: DEADLINE_EXC"),
                ({"code": 7, "message": "no\nright"},
                 "PERMISSION_DENIED, no right"),
                ({"code": 13}, "INTERNAL"), ({"code": 99}, "UNKNOWN")):
            self.cloud.job("noon", status=status)
            r = self.ask()
            self.lacks(r, **({"noon": words} if words else {}))
        for status in ("OK", 7, [], {"code": "7"}, {"code": None},
                       {"code": 7.0}):
            self.cloud.job("noon", status=status)
            self.assert_unknown(self.ask(), "a status that is none")
        self.cloud.job("noon", status={"code": 4})
        self.lacks(self.ask(accept_status=["DEADLINE_EXCEEDED"]))

    def test_undeclared(self):
        self.whole()
        self.cloud.job("morning-old")
        r = self.ask(undeclared=["morning*", "noo?"])
        self.assertEqual(r["extra"], ["morning-old"])
        self.assert_value(r, 3, 3)

    def test_many_reasons(self):
        names = [f"job{i}" for i in range(9)]
        r = self.ask(expected=names, jobs=[])
        self.assertIn("; and 4 more", r["remark"])
        self.assertEqual(len(r["missing"]), 9)

    def test_options(self):
        for options, words in (
                ({"location": "a/b"}, "location: 'a/b'"),
                ({"expected": [], "jobs": []}, "expected, jobs: expected one"),
                ({"expected": ["night"]}, "'night' is named twice"),
                ({"expected": [""]}, "expected: a name is empty")):
            with self.subTest(options):
                self.assertIn(words, refusal(
                    "check", self.plugin, self.options(**options)) or "")


class Run(Unpleasant, CloudCase):
    plugin, target = "cloud_run", "/services"
    more = {"location": REGION, "expected": ["coordinator", "worker"]}

    def whole(self):
        for name in ("coordinator", "worker", "scrapers"):
            self.cloud.service(name)

    def one(self, words=None, group=None, **changes):
        """A service as it is against what it has to be."""
        self.cloud.service("coordinator", **changes)
        r = self.ask(expected=["worker"],
                     deployed=[{"name": "coordinator", **(group or {})}])
        self.lacks(r, **({"coordinator": words} if words else {}))
        self.assert_value(r, 1 if words else 2, 2)

    def test_deployed(self):
        self.whole()
        for pages in (0, 1):
            self.cloud.pages = pages
            self.assert_value(self.ask(), 2, 2)
        del self.cloud.state["services"][
            f"{fake_cloud.PLACE}/services/worker"]
        r = self.ask(undeclared=["*"])
        self.assert_value(r, 1, 2)
        self.lacks(r, worker="does not exist")
        self.assertEqual(r["extra"], ["scrapers"])

    def test_ready(self):
        self.whole()
        for words, changes in (
                ("isn't ready: CONDITION_FAILED, no port", {
                    "terminalCondition": {"state": "CONDITION_FAILED",
                                          "message": "no\nport"}}),
                ("isn't ready: CONDITION_PENDING", {
                    "terminalCondition": {"state": "CONDITION_PENDING"}}),
                ("isn't ready: no condition", {"terminalCondition": {}}),
                ("is being changed", {"reconciling": True}),
                (None, {"reconciling": False})):
            self.one(words, **changes)

    def test_revisions(self):
        self.whole()
        old, new = "coordinator-00001-abc", "coordinator-00002-new"
        by_name = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"

        def traffic(*parts):
            return {"trafficStatuses": [
                {"type": by_name, "revision": r, "percent": p}
                for r, p in parts]}

        self.one(None, {"revision": old})
        self.one(None, {"revision": "latest"})
        self.one(f"serves 100 % from '{old}', expected all from '{new}'",
                 {"revision": new})
        self.one(None, {"revision": new}, **traffic((new, 100), (old, 0)))
        self.one(f"serves 10 % from '{old}'", {"revision": new},
                 **traffic((new, 90), (old, 10)))
        self.one("serves nothing", {"revision": new}, trafficStatuses=[])
        self.one("serves 40 % from", {"revision": new}, **traffic((new, 40)))
        self.one("serves 40 % from", {"revision": new},
                 **traffic((new, 40), (old, "60")))
        # pinned: what was deployed last gets nothing
        pinned = {**traffic((old, 100)), "latestCreatedRevision":
                  f"{fake_cloud.PLACE}/services/coordinator/revisions/{new}"}
        self.one(f"expected all from '{new}'", {"revision": "latest"},
                 **pinned)
        self.one(None, {}, **pinned)

    def test_image_and_environment(self):
        self.whole()
        image = "us-docker.pkg.dev/acme/grading@sha256:00ff"
        env = {"TABLE": "nba_predictions.prediction_grades", "A": ""}
        self.one(None, {"image": image}, image=image)
        self.one("has the image 'img:1'", {"image": image})
        self.one(None, {"env": [f"TABLE={env['TABLE']}", "A="]}, env=env)
        # the monitor reads another table than the grader writes
        self.one("has the variable TABLE 'nba_predictions.prediction_grades'"
                 ", expected 'nba_predictions.prediction_accuracy'",
                 {"env": ["TABLE=nba_predictions.prediction_accuracy"]},
                 env=env)
        self.one("lacks the variable TAB", {"env": ["TAB=x"]}, env=env)
        self.one("lacks the variable S", {"env": ["S=x"]}, template={
            "containers": [{"env": [{"name": "S", "valueSource": {
                "secretKeyRef": {"secret": "s"}}}]}]})

    def test_unreachable(self):
        self.whole()
        self.cloud.fault("/services", {
            "services": list(self.cloud.state["services"].values()),
            "unreachable": [f"projects/{PROJECT}/locations/europe-west1"]})
        self.assert_unknown(self.ask(location="-"), "isn't whole")

    def test_jobs(self):
        for kind in ("run_jobs", "services"):
            self.cloud.service("backfill", kind=kind, image="img:7")
        job = self.cloud.state["run_jobs"][
            f"{fake_cloud.PLACE}/jobs/backfill"]
        job["template"] = {"template": job["template"]}
        for image, words in (("img:7", None), ("img:8", "'img:7'")):
            r = self.ask(kind="job", expected=[], deployed=[
                {"name": "backfill", "image": image}])
            self.lacks(r, **({"backfill": words} if words else {}))
        self.assertIn("/jobs?", self.cloud.requests[-1].target)

    def test_options(self):
        for options, words in (
                ({"location": ""}, "location: ''"),
                ({"expected": []}, "expected, deployed: expected one"),
                ({"kind": "job", "deployed": [
                    {"name": "x", "revision": "latest"}]},
                 "a job has no revision"),
                ({"kind": "function", "deployed": [
                    {"name": "x", "image": "i"}]}, "a function has no image"),
                ({"deployed": [{"name": "x", "env": ["A"]}]},
                 "'A' is no \"NAME=value\"")):
            with self.subTest(options):
                self.assertIn(words, refusal(
                    "check", self.plugin, self.options(**options)) or "")


class Functions(Unpleasant, CloudCase):
    plugin, target = "cloud_run", "/functions"
    more = {"location": REGION, "kind": "function",
            "expected": ["export", "alert"]}

    def whole(self):
        for name in ("export", "alert", "grading"):
            self.cloud.function(name)

    def test_deployed(self):
        self.whole()
        self.assert_value(self.ask(), 2, 2)
        self.assertIn("/v2/", self.cloud.requests[-1].path)
        self.assert_value(self.ask(expected=["export", "nothing"]), 1, 2)

    def test_states(self):
        self.whole()
        for state in ("FAILED", "DEPLOYING", "DELETING", "UNKNOWN"):
            self.cloud.function("alert", state=state, stateMessages=[
                {"severity": "ERROR", "message": "build failed"}])
            self.lacks(self.ask(), alert=f"is {state}, expected ACTIVE: "
                       "build failed")
        self.cloud.function("alert", state=None)
        self.lacks(self.ask(), alert="is without a state")

    def test_revision_and_environment(self):
        self.whole()
        for group, words, changes in (
                ({"revision": "grading-00001-abc"}, None, {}),
                ({"revision": "latest"}, None, {}),
                ({"revision": "grading-00002-abc"}, "'grading-00001-abc'",
                 {}),
                ({"revision": "latest"}, "latest revision",
                 {"serviceConfig": {"revision": "grading-00001-abc"}}),
                ({"env": ["TABLE=accuracy"]}, None,
                 {"env": {"TABLE": "accuracy"}}),
                ({"env": ["TABLE=accuracy"]}, "TABLE 'grades'",
                 {"env": {"TABLE": "grades"}}),
                ({"env": ["TABLE=accuracy"]}, "lacks the variable TABLE",
                 {})):
            self.cloud.function("grading", **changes)
            r = self.ask(deployed=[{"name": "grading", **group}])
            self.lacks(r, **({"grading": words} if words else {}))


if __name__ == "__main__":
    main()
