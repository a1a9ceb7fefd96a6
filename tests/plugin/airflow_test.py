#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Actions `airflow`, `airflow_pause`: both APIs, runs that exist already, outages at each
moment, and what the probe says after a crash."""
import json
import os
import signal
import time

from fake_airflow import PASSWORD, USER, Airflow
from host import HOSTILE, Case, Plugin, main, refusal

OPERATION = "load-2026-01-16-17"
RUN = "gatewarden-nba-load-2026-01-16-17"
GATEWAYS = ((404, {}, "default backend - 404"), (404, {}, ""),
            (404, {}, '{"message": "no Route matched with those values"}'))


class Base(Case):
    api = "v2"

    def setUp(self):
        super().setUp()
        self.server = Airflow(self.api)
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)

    def options(self, **more):
        return {"url": self.server.url, "api": self.api, "dag": "etl",
                "username": USER, "password": PASSWORD, "poll": 20,
                **more}

    def run_it(self, options=None, probe=False, **how):
        how = {"operation": OPERATION, "attempt": "1", "phase": "load",
               **how}
        options = self.options(**(options or {}))
        name = "airflow"
        if "operation" in options:
            name = "airflow_pause"
            del options["poll"]
        with Plugin("action", name, options) as p:
            r = p.probe(**how) if probe else p.call(**how)
            self.output = p.output()
            return r


class Runs(Base):
    def test_a_run_is_waited_for(self):
        r = self.run_it()
        self.assertEqual(r["status"], "ok", r)
        self.assertIn(f"etl run {RUN}: success", r["remark"])
        (body,) = self.server.triggered
        self.assertEqual(body["dag_run_id"], RUN)
        self.assertEqual(body["conf"], {"date": "2026-01-16"})
        self.assertEqual("logical_date" in body, self.api == "v2")
        for word in ("queued after", "running after"):
            self.assertIn(word, self.output)
        self.assertNotIn(PASSWORD, self.output)

    def test_started_is_enough_when_told_so(self):
        r = self.run_it({"wait": False})
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(self.server.runs["etl", RUN]["state"], "queued")

    def test_a_success_that_names_no_run_is_none(self):
        page = (200, {}, "<!DOCTYPE html><title>Sign in</title>")
        for answer in (page, (200, {}, ""), (200, {}, "{}"),
                       (200, {}, '{"dag_run_id": "another"}'),
                       (200, {}, '{"dag_run_id": 7, "state": "success"}')):
            self.server.trouble = {"POST /dagRuns": [answer]}
            with self.subTest(answer):
                self.assert_failed(self.run_it({"wait": False}),
                                   "transient", "not started")
            self.server.trouble = {"POST /dagRuns": [answer],
                                   f"GET {RUN}": [answer]}
            with self.subTest(answer):
                r = self.run_it({"wait": False})
                self.assertEqual(r["status"], "unknown", r)
                self.server.trouble = {f"GET {RUN}": [answer]}
                r = self.run_it({"wait": False}, probe=True)
                self.assertEqual(r["status"], "unknown", r)
        self.assertEqual(self.server.triggered, [])

    def test_lists_and_hostile_data_are_data(self):
        self.server.script = ["success"]
        conf = {"date": "{date}", "games": "{missing}", "is": "{failing}",
                "both": "{phase}: {missing}"}
        r = self.run_it({"conf": json.dumps(conf),
                         "logical_date": "{date}T00:00:00+00:00"},
                        missing=list(HOSTILE), failing=["pdc"],
                        phase='x", "y": "z')
        self.assertEqual(r["status"], "ok", r)
        (body,) = self.server.triggered
        self.assertEqual(body["logical_date"], "2026-01-16T00:00:00+00:00")
        self.assertEqual(body["conf"], {
            "date": "2026-01-16", "games": list(HOSTILE), "is": ["pdc"],
            "both": 'x", "y": "z: ' + ",".join(HOSTILE)})

    def test_a_hostile_operation_is_a_name(self):
        self.server.script = ["success"]
        names = set()
        for op in (*HOSTILE, "x" * 5000 + "-1", "x" * 5000 + "-2"):
            r = self.run_it(operation=op)
            self.assertEqual(r["status"], "ok", r)
            names.add(self.server.triggered[-1]["dag_run_id"])
        self.assertEqual(len(names), len(HOSTILE) + 2)
        for name in names:
            self.assertRegex(name, r"\A[A-Za-z0-9_.~:+-]{1,200}\Z")

    def test_a_hostile_dag_is_one_that_is_not_there(self):
        for dag in ("../../x", "a/b", "é?x=1", "%2e%2e"):
            r = self.run_it({"dag": dag})
            self.assert_failed(r, "config", "not found")

    def test_ours_already(self):
        self.run_it({"wait": False})
        r = self.run_it()
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(len(self.server.triggered), 1)
        r = self.run_it()       # and it has ended: 409
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(len(self.server.triggered), 1)

    def test_an_earlier_attempt_is_joined(self):
        self.run_it({"wait": False})
        r = self.run_it(operation="load-2026-01-16-23", attempt="2")
        self.assertEqual(r["status"], "ok", r)
        self.assertIn(f"{RUN}: success", r["remark"])
        self.assertIn("is under way: joined", self.output)
        self.assertEqual(len(self.server.triggered), 1)
        # it has ended; and other dates were never meant
        for op in ("load-2026-01-16-24", "load-2026-01-17-25",
                   "unload-2026-01-16-26"):
            self.run_it({"wait": False}, operation=op)
        self.assertEqual(len(self.server.triggered), 4)

    def test_one_among_many_is_joined(self):
        """A page has a hundred runs at most, whatever is asked for."""
        self.server.script = ["queued"]
        for i in range(120):
            self.server.trigger("etl", {"dag_run_id": f"scheduled__{i}",
                                        "logical_date": None})
        self.server.script = ["queued", "running", "success"]
        self.run_it({"wait": False})
        r = self.run_it(operation="load-2026-01-16-23", attempt="2")
        self.assertEqual(r["status"], "ok", r)
        self.assertIn(f"{RUN}: success", r["remark"])
        self.assertEqual(len(self.server.triggered), 121)

    def test_another_run_has_the_date(self):
        self.server.script = ["success"]
        when = {"logical_date": "{date}T00:00:00Z"}
        self.run_it(when)
        r = self.run_it(when, operation="reload-2026-01-16-23")
        self.assert_failed(r, "permanent",
                           "another run has this logical date")

    def test_a_failed_run_says_what_failed(self):
        self.server.script = ["running", "failed"]
        r = self.run_it()
        self.assert_failed(r, "transient",
                           "failed; tasks that failed: load, publish")
        r = self.run_it({"failed": "permanent"},
                        operation="load-2026-01-16-18")
        self.assert_failed(r, "permanent", "tasks that failed")

    def test_a_paused_one_is_not_started(self):
        self.server.dags["etl"]["is_paused"] = True
        self.assert_failed(self.run_it(), "not_yet", "etl is paused")
        self.assertEqual(self.server.triggered, [])

    def test_an_unknown_state_is_no_end(self):
        self.server.script = ["restarting", "\u202eodd", "success"]
        self.assertEqual(self.run_it()["status"], "ok")

    def test_the_deadline_leaves_it_and_the_next_joins(self):
        self.server.script = ["running"] * 10000
        r = self.run_it(budget_ms=5000)
        self.assert_failed(r, "transient", "stopped at the deadline")
        self.assertIn("last seen: running. It goes on there", r["remark"])
        self.server.runs["etl", RUN]["script"] = ["success"]
        r = self.run_it(operation="load-2026-01-16-18")
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(len(self.server.triggered), 1)

    def test_cancelling_leaves_it(self):
        self.server.script = ["running"] * 10000
        with Plugin("action", "airflow", self.options()) as p:
            p.start(budget_ms=60000, operation=OPERATION)
            until = time.monotonic() + 20
            while "running" not in p.output():
                self.assertLess(time.monotonic(), until)
                time.sleep(0.01)
            p.process.send_signal(signal.SIGTERM)
            self.assert_failed(p.finish(), "transient",
                               "the call was cancelled")

    def test_every_refusal_has_a_class(self):
        after = {"Retry-After": "7"}
        for where, answer, failure, words in (
                ("GET ", 500, "transient", "status 500"),
                ("GET ", (429, after, "slow"), "transient", "429: slow"),
                ("GET ", 403, "config", "403: as told"),
                ("GET ", 404, "config", "404: as told"),
                ("GET ", GATEWAYS[0], "transient", "default backend"),
                ("GET /dagRuns", GATEWAYS[0], "transient", "can't be told"),
                ("GET ", (302, {"Location": "http://example.org/"}, ""),
                 "config", "302"),
                ("GET /dagRuns", 503, "transient", "can't be told"),
                ("GET /dagRuns", (200, {}, "<html>"), "transient",
                 "can't be told"),
                ("POST /dagRuns", 400, "permanent", "400: as told"),
                ("POST /dagRuns", 422, "permanent", "422: as told"),
                ("POST /dagRuns", 403, "config", "403: as told"),
                ("POST /dagRuns", (503, after, "x"), "transient", "503")):
            self.server.trouble = {where: [answer]}
            r = self.run_it()
            self.assert_failed(r, failure, words)
            if isinstance(answer, tuple) and answer[1] == after:
                self.assertEqual(r.get("retry_after_ms"), 7000, answer)
            self.assertEqual(self.server.triggered, [], where)

    def test_a_start_without_an_answer_is_looked_for(self):
        for n, answer in enumerate(("late", "late 502")):
            self.server.trouble = {"POST /dagRuns": [answer]}
            self.server.script = ["success"]
            r = self.run_it(operation=f"load-2026-01-16-{n}",
                            budget_ms=20000)
            self.assertEqual(r["status"], "ok", r)
            self.assertEqual(len(self.server.triggered), n + 1)

    def test_what_cannot_be_told_is_not_said(self):
        self.server.trouble = {
            "POST /dagRuns": ["late 502"],
            f"GET /dagRuns/{RUN}": [503] * 1000}
        r = self.run_it(budget_ms=6000)
        self.assertEqual(r["status"], "unknown", r)
        self.assertIn("can't be told", r["remark"])

    def test_outages_while_it_runs_are_waited_out(self):
        self.server.script = ["running", "success"]
        self.server.trouble = {f"GET /dagRuns/{RUN}": [
            503, 500, (200, {}, "<html>no JSON</html>"),
            (200, {}, b'{"state": "\xff"}'), lambda _: None, 429]}
        r = self.run_it()
        self.assertEqual(r["status"], "ok", r)
        self.assertIn("no answer (status 503", self.output)

    def test_a_gateway_does_not_say_that_it_is_gone(self):
        self.server.trouble = {f"GET /dagRuns/{RUN}": list(GATEWAYS)}
        r = self.run_it()
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(len(self.server.triggered), 1)
        # nor that nothing has begun
        self.server.trouble = {"POST /dagRuns": ["late 502"],
                               "GET " + RUN[:-2] + "18": list(GATEWAYS)}
        r = self.run_it(operation="load-2026-01-16-18")
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(len(self.server.triggered), 2)

    def test_a_run_that_is_gone_has_no_end(self):
        self.server.trouble = {f"GET /dagRuns/{RUN}": [404] * 1000}
        self.assert_failed(self.run_it(), "permanent",
                           "nobody can tell how it ended")

    def test_one_that_may_not_be_looked_at_may_still_run(self):
        self.server.trouble = {f"GET /dagRuns/{RUN}": [403] * 1000}
        r = self.run_it()
        self.assertEqual(r["status"], "unknown", r)
        self.assertIn("403", r["remark"])

    def test_nobody_there(self):
        url = self.server.url
        self.server.__exit__()
        try:
            r = self.run_it({"url": url})
            self.assert_failed(r, "transient", "no answer")
        finally:
            self.server = Airflow(self.api)
            self.server.__enter__()

    def test_a_ready_made_token(self):
        r = self.run_it({"token": "ready-made", "username": "",
                         "password": ""})
        self.assertEqual(r["status"], "ok", r)

    def test_wrong_password(self):
        r = self.run_it({"password": "wrong"})
        self.assert_failed(r, "config", "401")
        self.assertNotIn("wrong", json.dumps(r))


class Runs2(Runs):
    api = "v1"


class Probes(Base):
    def test_it_never_began(self):
        r = self.run_it(probe=True)
        self.assert_failed(r, "transient", "404")

    def test_a_gateway_knows_of_no_run(self):
        """What stands in front of it while it is deployed anew."""
        self.run_it({"wait": False})
        for answer in GATEWAYS:
            self.server.trouble = {f"GET /dagRuns/{RUN}": [answer] * 1000}
            r = self.run_it(probe=True, budget_ms=1500)
            self.assertEqual(r["status"], "unknown", r)
            self.server.trouble = {f"GET /dagRuns/{RUN}": [answer] * 3}
            self.assertEqual(self.run_it(probe=True)["status"], "ok")

    def test_it_is_waited_for(self):
        self.run_it({"wait": False})
        r = self.run_it(probe=True)
        self.assertEqual(r["status"], "ok", r)
        self.assertIn("success", r["remark"])

    def test_it_has_failed(self):
        self.server.script = ["failed"]
        self.run_it({"wait": False})
        self.assert_failed(self.run_it(probe=True), "transient",
                           "tasks that failed")

    def test_an_outage_is_waited_out(self):
        self.run_it({"wait": False})
        self.server.trouble = {f"GET /dagRuns/{RUN}": [503, 503]}
        self.assertEqual(self.run_it(probe=True)["status"], "ok")
        self.server.trouble = {f"GET /dagRuns/{RUN}": [503] * 1000}
        r = self.run_it(probe=True, budget_ms=2000)
        self.assertEqual(r["status"], "unknown", r)
        self.server.trouble = {f"GET /dagRuns/{RUN}": [403] * 1000}
        self.assertEqual(self.run_it(probe=True)["status"], "unknown")


class Tokens(Base):
    def test_one_that_expires_is_fetched_again(self):
        def expire(_):
            self.server.tokens.clear()
            return self.server.fail(401, "expired")
        self.server.trouble = {"GET /dagRuns": [expire],
                               f"GET /dagRuns/{RUN}": [expire]}
        self.assertEqual(self.run_it()["status"], "ok")
        self.assertEqual(self.server.given, 3)

    def test_one_that_is_refused_afresh_is_not_asked_for_ever(self):
        self.server.trouble = {"GET ": [401] * 1000}
        self.assert_failed(self.run_it(), "config", "401")
        self.assertEqual(self.server.given, 2)

    def test_trouble_with_tokens(self):
        for answer, failure, words in (
                ((500, {}, "x"), "transient", "500"),
                ((429, {"Retry-After": "9"}, "x"), "transient", "429"),
                ((201, {}, '{"tok'), "transient", "not in the answer"),
                ((404, {}, "x"), "config", "404")):
            self.server.token_trouble = [answer]
            r = self.run_it()
            self.assert_failed(r, failure, words)
            self.assertEqual(self.server.triggered, [])


class Pauses(Base):
    def test_pause_and_back(self):
        for word, state in (("pause", True), ("pause", True),
                            ("unpause", False)):
            r = self.run_it({"operation": word})
            self.assertEqual(r["status"], "ok", r)
            self.assertIs(self.server.dags["etl"]["is_paused"], state)
            r = self.run_it({"operation": word}, probe=True)
            self.assertEqual(r["status"], "ok", r)
        r = self.run_it({"operation": "pause"}, probe=True)
        self.assertEqual(r["status"], "failed", r)

    def test_trouble(self):
        for answer, failure, words in (
                (403, "config", "403"), (404, "config", "404"),
                (503, "transient", "503"),
                ((200, {}, '{"is_paused": false}'), "transient",
                 "doesn't say that it is paused")):
            self.server.trouble = {"PATCH ": [answer]}
            self.assert_failed(self.run_it({"operation": "pause"}), failure,
                               words)


class Options(Base):
    def test_mistakes(self):
        for more, words in (
                ({"url": "http://airflow.example.org"}, "begins with https://"),
                ({"url": "ftp://x"}, "http:// or https://"),
                ({"password": ""}, "expected a token, or username"),
                ({"token": "a\nb"}, "more than one line"),
                ({"conf": "[]"}, "expected an object"),
                ({"conf": "{"}, "conf is not JSON"),
                ({"conf": '{"a": "{game}"}'}, "{game} is no placeholder"),
                ({"logical_date": "{day}"}, "{day} is no placeholder"),
                ({"ca_file": os.path.join(self.dir, "none.pem")},
                 "can't be read")):
            self.assertIn(words, refusal("action", "airflow",
                                         self.options(**more)))


if __name__ == "__main__":
    main()
