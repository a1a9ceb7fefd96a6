# SPDX-License-Identifier: BSD-2-Clause
"""An Airflow of our own, from its public reference: as much of the API of
version 2 (`v1`) and 3 (`v2`) as triggering, asking and pausing need, and
ways to be unpleasant.

`trouble` maps "METHOD path-suffix" to a list of answers that are given
before the true ones: a status, (status, headers, body), or a function of the
handler. A request is carried out before "late" answers, and not before all
others.
"""
import base64
import json
import re
import urllib.parse

from host import Server

PAGE_MOST = 100         # maximum_page_limit
USER, PASSWORD = "gatekeeper", "s3cret-of-airflow"


class Airflow(Server):
    def __init__(self, api="v2"):
        super().__init__(self.answer)
        self.api = api
        self.dags = {"etl": {"dag_id": "etl", "is_paused": False}}
        self.runs = {}          # (dag, id): run
        self.script = ["queued", "running", "success"]
        self.tokens = []        # valid ones
        self.given = 0
        self.trouble = {}
        self.asked = []         # (method, path) of the API
        self.triggered = []     # bodies of runs that began
        self.token_trouble = []
        self.down = set()       # what paths that hold one of these get: 503

    def fail(self, status, text, headers=None):
        body = {"detail": text, "status": status, "title": text}
        return status, {"Content-Type": "application/json",
                        **(headers or {})}, json.dumps(body)

    @staticmethod
    def good(body, status=200):
        return status, {"Content-Type": "application/json"}, json.dumps(body)

    def allowed(self, handler):
        word = handler.headers.get("Authorization", "")
        if self.api == "v1":
            pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            return word in (f"Basic {pair}", "Bearer ready-made")
        return word.removeprefix("Bearer ") in self.tokens + ["ready-made"]

    def token(self, body):
        if self.token_trouble:
            return self.token_trouble.pop(0)
        given = json.loads(body)
        if (given["username"], given["password"]) != (USER, PASSWORD):
            return self.fail(401, "Invalid credentials")
        self.given += 1
        self.tokens.append(f"token-{self.given}")
        return self.good({"access_token": self.tokens[-1]}, 201)

    def answer(self, handler):
        method, path, _, body = self.seen[-1]
        if path == "/auth/token":
            return self.token(body)
        url = urllib.parse.urlsplit(path)
        m = re.fullmatch(rf"/api/{self.api}/dags/([^/]+)(/.*)?", url.path)
        if not m:
            return self.fail(404, "Not Found")
        if not self.allowed(handler):
            return self.fail(401, "Unauthorized")
        self.asked.append((method, path))
        if any(word in path for word in self.down):
            return self.fail(503, "down for maintenance")
        dag = urllib.parse.unquote(m.group(1))
        rest = m.group(2) or ""
        for key, answers in self.trouble.items():
            verb, suffix = key.split(" ")
            if verb == method and rest.endswith(suffix) and answers:
                answer = answers.pop(0)
                if answer == "late":    # done, and nobody hears of it
                    self.carry_out(method, dag, rest, url.query, body)
                    return None
                if answer == "late 502":
                    self.carry_out(method, dag, rest, url.query, body)
                    return 502, {}, "<html>Bad Gateway</html>"
                if callable(answer):
                    return answer(handler)
                return (answer if isinstance(answer, tuple) else
                        self.fail(answer, "as told"))
        return self.carry_out(method, dag, rest, url.query, body)

    def carry_out(self, method, dag, rest, query, body):
        if dag not in self.dags:
            return self.fail(404, f"DAG with dag_id: '{dag}' not found")
        if rest == "" and method == "PATCH":
            assert query == "update_mask=is_paused", query
            self.dags[dag].update(json.loads(body))
            return self.good(self.dags[dag])
        if rest == "":
            return self.good(self.dags[dag])
        if rest == "/dagRuns" and method == "POST":
            return self.trigger(dag, json.loads(body))
        if rest == "/dagRuns":
            asked = urllib.parse.parse_qs(query)
            found = [r for (d, _), r in self.runs.items()
                     if d == dag and r["state"] in asked["state"]]
            first = int(asked.get("offset", ["0"])[0])
            most = min(int(asked.get("limit", ["100"])[0]), PAGE_MOST)
            return self.good({"dag_runs": found[first:first + most],
                              "total_entries": len(found)})
        run_id = urllib.parse.unquote(rest.split("/")[2])
        run = self.runs.get((dag, run_id))
        if run is None:
            return self.fail(404, "DAGRun not found")
        if rest.endswith("/taskInstances"):
            return self.good({"task_instances": [
                {"task_id": "load", "state": "failed"},
                {"task_id": "publish", "state": "failed"}]})
        if run["script"]:
            run["state"] = run["script"].pop(0)
        return self.good({k: v for k, v in run.items() if k != "script"})

    def trigger(self, dag, body):
        if self.api == "v2" and "logical_date" not in body:
            return self.fail(422, "logical_date: Field required")
        when = body.get("logical_date")
        for (d, run_id), run in self.runs.items():
            if d == dag and (run_id == body["dag_run_id"] or
                             when and when == run["logical_date"]):
                return self.fail(409, "DAGRun already exists")
        self.triggered.append(body)
        run = {"dag_run_id": body["dag_run_id"], "dag_id": dag,
               "logical_date": when, "conf": body.get("conf"),
               "state": "queued", "script": list(self.script)}
        self.runs[dag, body["dag_run_id"]] = run
        return self.good({k: v for k, v in run.items() if k != "script"})
