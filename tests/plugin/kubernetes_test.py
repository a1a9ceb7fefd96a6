#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Action `kubernetes_job`: TLS, tokens that change, jobs that exist already,
outages at each moment, and what the probe says after a crash."""
import json
import shutil
import unittest

from fake_kubernetes import TOKEN, Cluster, certificate, expand
from host import HOSTILE, Case, Plugin, main, refusal

OPERATION = "load-2026-01-16-17"
JOB = "gatewarden-nba-load-2026-01-16-17"
GATEWAYS = ((404, {}, "404 page not found\n"), (404, {}, ""),
            (404, {}, '{"message": "no Route matched with those values"}'))
SPEC = {"template": {"spec": {"containers": [
    {"name": "etl", "image": "etl:2", "command": ["/etl"],
     "env": [{"name": "DAY", "value": "$(GATEWARDEN_DATE)"}]}]}}}


class Base(Case):
    def setUp(self):
        super().setUp()
        self.cluster = Cluster()
        self.cluster.__enter__()
        self.addCleanup(self.cluster.__exit__)
        self.token = self.file("token", TOKEN + "\n", 0o600)

    def options(self, **more):
        options = {"server": self.cluster.url, "namespace": "data",
                   "token_file": self.token, "cronjob": "nightly",
                   "args": ["--date", "{date}", "{missing}"],
                   "poll": 20, **more}
        return {k: v for k, v in options.items() if v is not None}

    def run_it(self, options=None, probe=False, **how):
        how = {"operation": OPERATION, "attempt": "1", "phase": "load",
               "missing": [], "failing": [], **how}
        with Plugin("action", "kubernetes_job",
                    self.options(**(options or {}))) as p:
            r = p.probe(**how) if probe else p.call(**how)
            self.output = p.output()
            return r

    def container(self, i=0):
        pod = self.cluster.created[-1]["spec"]["template"]["spec"]
        return pod["containers"][i]

    def env(self, i=0):
        return {x["name"]: x["value"] for x in self.container(i)["env"]}


class Jobs(Base):
    def test_a_cronjob_is_run(self):
        r = self.run_it(missing=["a", "b"])
        self.assertEqual(r["status"], "ok", r)
        self.assertIn(f"job {JOB}: complete", r["remark"])
        (job,) = self.cluster.created
        self.assertEqual(job["metadata"]["name"], JOB)
        self.assertEqual(job["spec"]["backoffLimit"], 0)
        self.assertLessEqual(job["spec"]["activeDeadlineSeconds"], 10)
        self.assertEqual(self.container()["args"],
                         ["--date", "2026-01-16", "a", "b"])
        self.assertEqual(len(self.container()["env"]), 9)
        self.assertEqual(self.env()["KEPT"], "1")
        for i in (0, 1):
            self.assertEqual(self.env(i)["GATEWARDEN_DATE"], "2026-01-16")
            self.assertEqual(self.env(i)["GATEWARDEN_MISSING"], "a,b")
        self.assertNotIn("args", self.container(1))
        self.assertIn("1 active, 0 succeeded, 0 failed after", self.output)
        self.assertNotIn(TOKEN, self.output)

    def test_a_spec_of_our_own(self):
        r = self.run_it({"cronjob": None, "spec": json.dumps(
            {**SPEC, "activeDeadlineSeconds": 9})})
        self.assertEqual(r["status"], "ok", r)
        (job,) = self.cluster.created
        self.assertEqual(job["spec"]["activeDeadlineSeconds"], 9)
        pod = job["spec"]["template"]["spec"]
        self.assertEqual(pod["restartPolicy"], "Never")
        self.assertEqual(self.env()["DAY"], "$(GATEWARDEN_DATE)")

    def test_hostile_data_is_data(self):
        hostile = [*HOSTILE, "$(GATEWARDEN_DATE)", "$$(KEPT)", "$", "$$"]
        r = self.run_it(missing=hostile, phase="$(KEPT)")
        self.assertEqual(r["status"], "ok", r)
        env = {}
        for x in self.container()["env"]:
            env[x["name"]] = expand(x["value"], env)
        self.assertEqual(env["GATEWARDEN_MISSING"], ",".join(hostile))
        self.assertEqual(env["GATEWARDEN_PHASE"], "$(KEPT)")
        self.assertEqual([expand(a, env)
                          for a in self.container()["args"][2:]], hostile)

    def test_a_hostile_operation_is_a_name(self):
        names = set()
        for op in (*HOSTILE, "Load-1", "load-1", "l" * 300 + "-1",
                   "l" * 300 + "-2", "l_oad-1"):
            r = self.run_it(operation=op)
            self.assertEqual(r["status"], "ok", r)
            names.add(self.cluster.created[-1]["metadata"]["name"])
        self.assertEqual(len(names), len(HOSTILE) + 5)

    def test_ours_already(self):
        self.cluster.script = [{"active": 1}] * 10000
        self.run_it(budget_ms=5000)
        self.cluster.scripts[JOB] = [self.cluster.complete()]
        self.assertEqual(self.run_it()["status"], "ok")
        self.assertEqual(self.run_it()["status"], "ok")     # 409
        self.assertEqual(len(self.cluster.created), 1)

    def test_an_earlier_attempt_is_joined(self):
        self.cluster.script = [{"active": 1}] * 10000
        r = self.run_it(budget_ms=5000)
        self.assert_failed(r, "transient", "goes on there")
        self.cluster.scripts[JOB] = [self.cluster.complete()]
        r = self.run_it(operation="load-2026-01-16-18")
        self.assertEqual(r["status"], "ok", r)
        self.assertIn(f"job {JOB} is under way: joined", self.output)
        self.assertEqual(len(self.cluster.created), 1)

    def test_one_among_many_is_joined(self):
        """Finished jobs stay until somebody takes them away."""
        done = {"metadata": {"name": "x", "managedFields": "x" * 6000},
                "status": self.cluster.complete()}
        self.cluster.jobs = {f"old-{i}": {**done, "metadata": {
            **done["metadata"], "name": f"old-{i}"}} for i in range(1000)}
        self.cluster.create({"metadata": {"name": JOB}})
        r = self.run_it(operation="load-2026-01-16-23", attempt="2")
        self.assertEqual(r["status"], "ok", r)
        self.assertIn(f"{JOB}: complete", r["remark"])
        self.assertIn("is under way: joined", self.output)

    def test_a_gateway_does_not_say_that_it_is_gone(self):
        self.cluster.trouble = {f"GET {JOB}": list(GATEWAYS)}
        self.assertEqual(self.run_it()["status"], "ok")
        self.assertEqual(len(self.cluster.created), 1)

    def test_somebody_elses(self):
        self.run_it()
        self.cluster.jobs[JOB]["metadata"]["annotations"] = {}
        self.assert_failed(self.run_it(), "permanent", "isn't ours")
        self.assertEqual(self.run_it(probe=True)["status"], "unknown")

    def test_a_failure_says_what_the_pods_say(self):
        for status, failure in (
                (self.cluster.failed(), "transient"),
                (self.cluster.failed("DeadlineExceeded"), "transient"),
                (self.cluster.failed("PodFailurePolicy"), "permanent")):
            self.cluster.jobs.clear()
            self.cluster.script = [{"active": 1}, status]
            self.assert_failed(self.run_it(), failure, (
                "failed: reached the limit; etl: OOMKilled, exit 137; "
                "side: ImagePullBackOff"))

    def test_a_suspended_one_is_seen(self):
        self.cluster.script = [{"conditions": [
            {"type": "Suspended", "status": "True"}]}] * 10000
        r = self.run_it(budget_ms=5000)
        self.assert_failed(r, "transient", "0 failed, suspended")

    def test_every_refusal_has_a_class(self):
        after = {"Retry-After": "7"}
        for where, answer, failure, words in (
                ("GET /jobs", 500, "transient", "can't be told: status 500"),
                ("GET /jobs", (200, {}, "<html>"), "transient",
                 "can't be told"),
                ("GET /jobs", 403, "config", "403: as told"),
                ("GET /jobs", GATEWAYS[0], "transient", "404: 404 page"),
                ("GET /nightly", GATEWAYS[2], "transient", "no Route"),
                ("GET /nightly", 404, "config", "cronjob nightly"),
                ("GET /nightly", 503, "transient", "503"),
                ("GET /nightly", (200, {}, "{}"), "transient", "200"),
                ("POST /jobs", 403, "config", "403: as told"),
                ("POST /jobs", 422, "permanent", "422: as told"),
                ("POST /jobs", (429, after, "slow"), "transient", "429"),
                ("POST /jobs", (503, after, "x"), "transient", "503"),
                ("POST /jobs", (307, {"Location": "http://[::1]:1/"}, ""),
                 "config", "307")):
            self.cluster.trouble = {where: [answer]}
            r = self.run_it()
            self.assert_failed(r, failure, words)
            if isinstance(answer, tuple) and answer[1] == after:
                self.assertEqual(r.get("retry_after_ms"), 7000, answer)
            self.assertEqual(self.cluster.created, [], where)
        self.assert_failed(self.run_it({"namespace": "other"}), "config",
                           "namespaces not found")

    def test_a_start_without_an_answer_is_looked_for(self):
        for n, answer in enumerate(("late", "late 504")):
            self.cluster.trouble = {"POST /jobs": [answer]}
            r = self.run_it(operation=f"load-2026-01-16-{n}",
                            budget_ms=20000)
            self.assertEqual(r["status"], "ok", r)
            self.assertEqual(len(self.cluster.created), n + 1)
        self.cluster.trouble = {"POST /jobs": ["late 504"],
                                f"GET {JOB}": [503] * 1000}
        r = self.run_it(budget_ms=5000)
        self.assertEqual(r["status"], "unknown", r)

    def test_outages_while_it_runs_are_waited_out(self):
        self.cluster.trouble = {f"GET {JOB}": [
            503, (200, {}, "<html>"), (200, {}, b'{"status": "\xff"}'),
            lambda _: None, 429]}
        self.assertEqual(self.run_it()["status"], "ok")

    def test_gone_or_forbidden_meanwhile(self):
        self.cluster.trouble = {f"GET {JOB}": [404] * 1000}
        self.assert_failed(self.run_it(), "permanent", "was deleted")
        self.cluster.trouble = {f"GET {JOB}": [403] * 1000}
        r = self.run_it()
        self.assertEqual(r["status"], "unknown", r)


class Probes(Base):
    def test_probes(self):
        self.assert_failed(self.run_it(probe=True), "transient", "404")
        self.run_it()
        self.assertEqual(self.run_it(probe=True)["status"], "ok")
        self.cluster.scripts[JOB] = [{"active": 1}, {"active": 1},
                                     self.cluster.failed()]
        self.assert_failed(self.run_it(probe=True), "transient",
                           "reached the limit")
        for answer in GATEWAYS:
            self.cluster.trouble = {f"GET {JOB}": [answer] * 1000}
            r = self.run_it(probe=True, budget_ms=1500)
            self.assertEqual(r["status"], "unknown", r)
        self.cluster.trouble = {f"GET {JOB}": [503] * 1000}
        r = self.run_it(probe=True, budget_ms=2000)
        self.assertEqual(r["status"], "unknown", r)


class Credentials(Base):
    def test_a_token_that_changes(self):
        def change(_):
            self.file("token", "renewed", 0o600)
            self.cluster.tokens = {"renewed"}
            return self.cluster.status(401, "Unauthorized", "expired")
        self.cluster.trouble = {f"GET {JOB}": [change]}
        self.assertEqual(self.run_it()["status"], "ok")

    def test_trouble_with_tokens(self):
        self.cluster.tokens = {"another"}
        self.assert_failed(self.run_it(), "config", "401")
        self.file("token", "\n", 0o600)
        r = self.run_it()
        self.assertEqual(r["status"], "failed")
        self.assertIn("is empty", r["remark"])
        self.cluster.tokens = {"said"}
        self.assertEqual(self.run_it({"token": "said", "token_file": None})
                         ["status"], "ok")

    @unittest.skipUnless(shutil.which("openssl"), "no openssl")
    def test_certificates(self):
        cert, key = certificate(self.dir)
        other, _ = certificate(self.dir, "127.0.0.2")
        with Cluster(cert, key) as cluster:
            more = {"server": cluster.url}
            r = self.run_it({**more, "ca_file": cert})
            self.assertEqual(r["status"], "ok", r)
            for wrong in ({**more, "ca_file": other}, more):
                r = self.run_it(wrong)
                self.assert_failed(r, "transient", "certificate")
            self.assertEqual(len(cluster.created), 1)

    def test_mistakes(self):
        for more, words in (
                ({"server": "http://10.0.0.1"}, "begins with https://"),
                ({"cronjob": None}, "either cronjob or spec"),
                ({"spec": "{}"}, "either cronjob or spec"),
                ({"cronjob": None, "spec": "{"}, "spec is not JSON"),
                ({"cronjob": None, "spec": "[]"}, "expected an object"),
                ({"args": ["{game}"]}, "{game} is no placeholder"),
                ({"token": "a\nb"}, "more than one line"),
                ({"token_file": "/nowhere"}, "token_file: /nowhere can't"),
                ({"ca_file": "/nowhere"}, "ca_file: /nowhere can't")):
            self.assertIn(words, refusal("action", "kubernetes_job",
                                         self.options(**more)))
        r = self.run_it({"cronjob": None, "spec": '{"a": 1}'})
        self.assert_failed(r, "config", "no template.spec.containers")


if __name__ == "__main__":
    main()
