#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Actions in a Google Cloud project: `scheduler_job`, `pubsub` and
`cloud_run_job`, with each documented refusal, starts without an answer, and
what the probes say after a crash."""
import json
import socket

from fake_cloud import (HTML, NOT_UTF8, PLACE, REGION, TRUNCATED, Cloud,
                        elsewhere, too_many)
from fake_google import PROJECT, error
from host import HOSTILE, Case, Plugin, main, refusal

OPERATION = "load-2026-01-16-17"
BUSY = error(503, "backendError", "try again")
DENIED = error(403, "forbidden", "no permission")
HANG_UP = type


class Base(Case):
    plugin = None
    path = None             # where the effect happens

    def setUp(self):
        super().setUp()
        self.cloud = Cloud()
        self.cloud.__enter__()
        self.addCleanup(self.cloud.__exit__)

    def options(self, **more):
        return self.cloud.options(**more)

    def run_it(self, options=None, probe=False, **how):
        how = {"operation": OPERATION, "attempt": "1", "phase": "load",
               "missing": [], "failing": [], "budget_ms": 20000, **how}
        with Plugin("action", self.plugin,
                    self.options(**(options or {}))) as p:
            r = p.probe(**how) if probe else p.call(**how)
            self.output = p.output()
            return r

    def refusals(self, *more):
        """Each answer to the effect has its class, and none is done."""
        for answer, failure, words in (
                (DENIED, "config", "access denied"),
                (too_many(), "transient", "too often"),
                (error(429, "quotaExceeded", "used up"), "not_yet",
                 "quota used up"),
                (error(400, "invalid", "no"),
                 "permanent", "refused"), *more):
            self.cloud.faults.clear()
            self.cloud.fault(self.path, answer)
            r = self.run_it()
            self.assert_failed(r, failure, words)
            if failure == "transient" and "often" in words:
                self.assertEqual(r["retry_after_ms"], 7000)
        self.cloud.faults.clear()

    def api_off(self, api):
        self.cloud.off(api)
        self.assert_failed(self.run_it(), "config", "not enabled")
        self.cloud.disabled.clear()

    def tokens(self):
        """One that was revoked is fetched again, once."""
        self.cloud.token_scripted = []
        self.cloud.live.clear()
        self.assertEqual(self.run_it()["status"], "ok")
        self.cloud.token_scripted = [(404, {}, "")] * 9
        self.assertEqual(self.run_it()["status"], "failed")
        self.cloud.token_scripted = []


class Scheduler(Base):
    plugin, path = "scheduler_job", ":(pause|resume)"

    def setUp(self):
        super().setUp()
        for name in ("grade-a", "grade-b"):
            self.cloud.job(name)

    def options(self, **more):
        return super().options(**{
            "location": REGION, "jobs": ["grade-a", "grade-b"],
            "operation": "pause", **more})

    def states(self):
        return [j["state"] for j in self.cloud.state["jobs"].values()]

    def test_pause_and_resume(self):
        for word, state in (("pause", "PAUSED"), ("pause", "PAUSED"),
                            ("resume", "ENABLED"), ("resume", "ENABLED")):
            r = self.run_it({"operation": word})
            self.assertEqual(r["status"], "ok", r)
            self.assertIn(f"2 of 2 jobs are {state}", r["remark"])
            self.assertEqual(self.states(), [state] * 2)
            self.assertEqual(self.run_it({"operation": word}, probe=True)
                             ["status"], "ok")
        self.assert_failed(self.run_it(probe=True), "transient",
                           "grade-a: is ENABLED")

    def test_one_that_fails_keeps_none_of_the_others(self):
        r = self.run_it({"jobs": ["grade-a", "gone", "grade-b"]})
        self.assert_failed(r, "config", "gone: not found")
        self.assertEqual(self.states(), ["PAUSED"] * 2)

    def test_one_that_may_work_next_time_is_tried_again(self):
        """Beside one that won't, in whatever order."""
        for jobs in (["grade-a", "gone"], ["gone", "grade-a"]):
            self.cloud.faults.clear()
            self.cloud.fault("grade-a:pause", BUSY)
            self.assert_failed(self.run_it({"jobs": jobs}), "transient",
                               "gone: not found")

    def test_neither_paused_nor_enabled(self):
        for state in ("DISABLED", "UPDATE_FAILED"):
            self.cloud.job("grade-a", state=state)
            for word in ("pause", "resume"):
                r = self.run_it({"operation": word, "jobs": ["grade-a"]})
                self.assert_failed(r, "permanent", f"is {state}")

    def test_every_refusal_has_a_class(self):
        self.refusals((BUSY, "transient", "trouble"),
                      (HTML, "transient", "502"),
                      (TRUNCATED, "transient", "no JSON object"),
                      (NOT_UTF8, "transient", ""),
                      ((200, {}, "{}"), "transient", "doesn't say"),
                      (HANG_UP, "transient", "no answer"),
                      (elsewhere(), "permanent", ""))
        self.assertEqual(self.states(), ["ENABLED"] * 2)
        self.api_off("cloudscheduler")
        self.tokens()

    def test_probes_that_cannot_tell(self):
        self.cloud.fault("/jobs/", BUSY, 2)
        self.assert_failed(self.run_it(probe=True), "transient", "ENABLED")
        for answer in (BUSY, DENIED):
            self.cloud.faults.clear()
            self.cloud.fault("/jobs/", answer)
            r = self.run_it(probe=True, budget_ms=2500)
            self.assertEqual(r["status"], "unknown", r)

    def test_mistakes(self):
        for more, words in (
                ({"jobs": []}, "jobs is empty"),
                ({"jobs": ["a/b"]}, "'a/b' is no name"),
                ({"location": ""}, "location"),
                ({"endpoint": "http://10.0.0.1"}, "https://")):
            self.assertIn(words, refusal("action", self.plugin,
                                         self.options(**more)))

    def test_hostile_names_are_names(self):
        for name in HOSTILE:
            if "/" in name:
                continue
            r = self.run_it({"jobs": [name]})
            self.assert_failed(r, "config", "not found")


class PubSub(Base):
    plugin, path = "pubsub", ":publish"

    def setUp(self):
        super().setUp()
        self.cloud.topic("backfill", "worker")

    def options(self, **more):
        return super().options(**{"topic": "backfill", **more})

    def test_one_message_for_a_date(self):
        r = self.run_it(missing=["g1", "g2"])
        self.assertEqual(r["status"], "ok", r)
        self.assertIn("topic backfill has message 1", r["remark"])
        (m,) = self.cloud.published
        self.assertEqual(json.loads(m["data"]), {
            "date": "2026-01-16", "missing": ["g1", "g2"]})
        self.assertEqual(m["attributes"], {
            "date": "2026-01-16", "pipeline": "nba", "phase": "load",
            "operation": OPERATION, "attempt": "1"})
        self.assertEqual(m["orderingKey"], "")

    def test_hostile_data_is_data(self):
        hostile = [*HOSTILE, "x" * 4096]
        r = self.run_it({
            "message": '{"m": "{missing}", "p": "{phase}"}',
            "attributes": ["kind={phase}", "all={missing}"],
            "ordering_key": "{pipeline}/{date}"},
            missing=hostile, phase='x", "y": "z')
        self.assertEqual(r["status"], "ok", r)
        (m,) = self.cloud.published
        self.assertEqual(json.loads(m["data"]), {
            "m": hostile, "p": 'x", "y": "z'})
        self.assertEqual(m["attributes"]["kind"], 'x", "y": "z')
        self.assertEqual(m["attributes"]["all"], ",".join(hostile))
        self.assertEqual(m["orderingKey"], "nba/2026-01-16")

    def test_every_refusal_has_a_class(self):
        self.refusals((elsewhere(), "permanent", ""))
        self.assertEqual(self.cloud.published, [])
        self.api_off("pubsub")
        self.assert_failed(self.run_it({"topic": "other"}), "config",
                           "topic other: not found")
        self.tokens()

    def test_what_may_have_been_published(self):
        for answer in (BUSY, HTML, TRUNCATED, NOT_UTF8, HANG_UP,
                       (200, {}, "{}")):
            self.cloud.faults.clear()
            self.cloud.fault(self.path, answer)
            r = self.run_it()
            self.assertEqual(r["status"], "unknown", (answer, r))
            self.assertIn("may have been published", r["remark"])

    def test_what_was_not_sent_was_not_published(self):
        r = self.run_it({"endpoint": "http://127.0.0.1:1"})
        self.assert_failed(r, "transient", "no answer")
        self.assertNotIn("may have been", r["remark"])

    def test_mistakes(self):
        for more, words in (
                ({"topic": "a/b"}, "'a/b' is no name"),
                ({"message": "{"}, "message is not JSON"),
                ({"message": '"{game}"'}, "{game} is no placeholder"),
                ({"attributes": ["x"]}, "expected name=text"),
                ({"attributes": ["date=x"]}, "isn't one of those"),
                ({"attributes": ["x={game}"]}, "no placeholder"),
                ({"ordering_key": "{game}"}, "no placeholder")):
            self.assertIn(words, refusal("action", self.plugin,
                                         self.options(**more)))


class Run(Base):
    plugin, path = "cloud_run_job", ":run"

    def setUp(self):
        super().setUp()
        self.cloud.service("etl", kind="run_jobs")

    def options(self, **more):
        return super().options(**{
            "location": REGION, "job": "etl", "poll": 20,
            "args": ["--date={date}", "{missing}"], **more})

    def executions(self):
        return list(self.cloud.state["executions"].values())

    def test_it_is_waited_for(self):
        r = self.run_it(missing=["g1", "g2"])
        self.assertEqual(r["status"], "ok", r)
        self.assertIn("execution x0: succeeded, 1 tasks", r["remark"])
        self.assertIn("1 of 1 tasks running", self.output)
        (x,) = self.executions()
        (container,) = x["template"]["containers"]
        self.assertEqual(container["args"],
                         ["--date=2026-01-16", "g1", "g2"])
        env = {e["name"]: e["value"] for e in container["env"]}
        self.assertEqual(env["GATEWARDEN_DATE"], "2026-01-16")
        self.assertEqual(env["GATEWARDEN_MISSING"], "g1,g2")
        self.assertNotIn("name", container)

    def test_hostile_data_is_data(self):
        r = self.run_it({"container": "main"}, missing=list(HOSTILE))
        self.assertEqual(r["status"], "ok", r)
        (container,) = self.executions()[0]["template"]["containers"]
        self.assertEqual(container["args"][1:], list(HOSTILE))
        self.assertEqual(container["name"], "main")

    def test_joined_and_not_started_beside(self):
        self.cloud.script = [{"runningCount": 1}] * 10000
        r = self.run_it(budget_ms=6000)
        self.assert_failed(r, "transient", "goes on there")
        (name,) = self.cloud.state["executions"]
        self.cloud.scripts[name] = [self.cloud.ended()]
        self.cloud.pages = 1
        r = self.run_it(operation="load-2026-01-16-18")
        self.assertEqual(r["status"], "ok", r)
        self.assertIn("is under way: joined", self.output)
        self.assertEqual(len(self.executions()), 1)
        self.cloud.script = [self.cloud.ended()]
        for op, pipeline in (("load-2026-01-16-19", "nba"),
                             ("load-2026-01-17-20", "nba")):
            self.assertEqual(self.run_it(operation=op, pipeline=pipeline)
                             ["status"], "ok")
        self.assertEqual(len(self.executions()), 3)

    def test_a_failure_says_why_and_where(self):
        self.cloud.script = [self.cloud.ended(False, "Task failed: exit 3")]
        self.assert_failed(self.run_it(), "transient", (
            "failed: Task failed: exit 3; log: https://console"))
        self.cloud.script = [self.cloud.ended(False, "by bob", cancelled=1)]
        self.assert_failed(self.run_it(operation="load-2026-01-16-18"),
                           "transient", "was cancelled: by bob")

    def test_an_end_that_does_not_say_how(self):
        ended = self.cloud.ended()
        for n, conditions in enumerate((
                [], None, "x", [{"type": "Completed"}],
                [{"type": "Completed", "state": 7}],
                [{"type": "Completed", "state": "CONDITION_RECONCILING"}],
                [{"type": "Started", "state": "CONDITION_SUCCEEDED"}])):
            self.cloud.script = [{**ended, "conditions": conditions}]
            with self.subTest(conditions):
                r = self.run_it(operation=f"load-2026-01-16-{n}")
                self.assertEqual(r["status"], "unknown", r)
                self.assertIn("does not say how", r["remark"])

    def test_every_refusal_has_a_class(self):
        self.refusals()
        self.assertEqual(self.executions(), [])
        self.api_off("run")
        self.assert_failed(self.run_it({"job": "other"}), "config",
                           "job other: not found")
        self.cloud.fault("/executions", BUSY)
        self.assert_failed(self.run_it(), "transient", "trouble")
        self.cloud.faults.clear()
        self.assertEqual(self.executions(), [])
        self.tokens()

    def test_a_start_without_an_answer_is_looked_for(self):
        for n, answer in enumerate((BUSY, HTML, TRUNCATED, HANG_UP)):
            def late(answer=answer):
                request = self.cloud.requests[-1]
                self.cloud.execute(f"{PLACE}/jobs/etl", request.body)
                return answer
            self.cloud.faults.clear()
            self.cloud.fault(self.path, late)
            r = self.run_it(operation=f"load-2026-01-16-{n}")
            self.assertEqual(r["status"], "ok", (answer, r))
            self.assertEqual(len(self.executions()), n + 1)

    def test_what_cannot_be_told_is_not_said(self):
        self.cloud.fault(self.path, BUSY)
        r = self.run_it(budget_ms=6000)
        self.assertEqual(r["status"], "unknown", r)
        self.assertIn("can't be told: trouble", r["remark"])
        self.assert_failed(self.run_it(probe=True), "transient",
                           "no execution has this operation")

    def test_what_was_not_sent_was_not_started(self):
        def close():
            self.cloud.httpd.socket.shutdown(socket.SHUT_RDWR)
            return {"executions": []}

        self.cloud.fault("/executions", close)
        self.assert_failed(self.run_it(), "transient", "no answer")

    def test_outages_while_it_runs_are_waited_out(self):
        self.cloud.script = [{"runningCount": 1}] * 3 + [self.cloud.ended()]
        for answer in (BUSY, HTML, TRUNCATED, NOT_UTF8, too_many("0")):
            self.cloud.fault("/executions/x", answer, 1)
        r = self.run_it()
        self.assertEqual(r["status"], "ok", r)
        self.assertIn("no answer (", self.output)

    def test_gone_or_forbidden_meanwhile(self):
        self.cloud.fault("/executions/x", error(404, "notFound", "gone"))
        self.assert_failed(self.run_it(), "permanent", "was deleted")
        self.cloud.faults.clear()
        self.cloud.fault("/executions/x", DENIED)
        r = self.run_it(operation="load-2026-01-17-18")
        self.assertEqual(r["status"], "unknown", r)

    def test_an_operation_where_no_execution_is_named(self):
        for more, status, words in (
                ({"done": True, "response": {}}, "ok", "succeeded"),
                ({"done": True, "error": {"code": 8, "message": "quota"}},
                 "failed", "quota"),
                ({"done": True}, "unknown", "does not say how"),
                ({"done": True, "response": "{}"}, "unknown",
                 "does not say how")):
            name = f"projects/{PROJECT}/locations/{REGION}/operations/o7"
            self.cloud.faults.clear()
            self.cloud.fault(self.path, {"name": name})
            self.cloud.fault("/operations/o7", {"name": name}, 2)
            self.cloud.fault("/operations/o7", {"name": name, **more})
            r = self.run_it()
            self.assertEqual(r["status"], status, r)
            self.assertIn(words, r["remark"])

    def test_probes(self):
        self.assert_failed(self.run_it(probe=True), "transient",
                           "no execution has")
        self.run_it()
        self.assertEqual(self.run_it(probe=True)["status"], "ok")
        self.cloud.fault("/executions", BUSY, 2)
        self.assertEqual(self.run_it(probe=True)["status"], "ok")
        for answer in (BUSY, DENIED):
            self.cloud.faults.clear()
            self.cloud.fault("/executions", answer)
            r = self.run_it(probe=True, budget_ms=1500)
            self.assertEqual(r["status"], "unknown", r)
        for x in ({}, "x", {"name": 7, "uid": "u"}):
            self.cloud.faults.clear()
            self.cloud.fault("/executions", {"executions": [x]})
            # looked at once: another look may be cut off at the deadline
            r = self.run_it({"poll": 60000}, probe=True, budget_ms=4000)
            self.assertEqual(r["status"], "unknown", r)
            self.assertIn("without a name", r["remark"])
        self.cloud.faults.clear()
        r = self.run_it(probe=True, operation="load-2026-01-16-18")
        self.assert_failed(r, "transient", "no execution has")


if __name__ == "__main__":
    main()
