# SPDX-License-Identifier: BSD-2-Clause
"""A Google Cloud project on loopback: Scheduler, Run, Functions, Service
Usage, Pub/Sub, Storage, Firestore and Monitoring behind one address, as far
as the plugins meet them.

    with Cloud() as g:
        g.job("grading", uri="https://x/grade")
        options = g.options(project=PROJECT, location=REGION)

What there is stands in `g.state`, a dictionary of dictionaries, under the
full names that the APIs use; `job`, `service`, `function`, `topic`, `object`
and so on put things there in the documented form, and a test may change them
at will. `g.pages = 2` makes lists come in pages of two.

Faults: `g.off(api)` answers as an API does that isn't enabled;
`g.fault(pattern, answer, times)` answers requests whose target matches in
place of the project, in the forms that `script` of fake_google takes, and
besides a generator of bytes, sent as it comes and without a length.

`g.published` are the messages of topics.
"""
import base64
import datetime
import json
import re
import time

from fake_google import PROJECT, Google, Handler, Request, error

REGION = "us-west2"
NOW = 1768647600                # 2026-01-17 11:00 UTC, as host.py's calls
PLACE = f"projects/{PROJECT}/locations/{REGION}"
TOO_LARGE = 10 * 1024 * 1024 * 1024

# Which API a path belongs to; the first that matches.
APIS = (
    (r"/v1/projects/[^/]+/locations/[^/]+/jobs", "cloudscheduler"),
    (r"/v2/projects/[^/]+/locations/[^/]+/functions", "cloudfunctions"),
    (r"/v2/projects/[^/]+/locations/", "run"),
    (r"/v1/projects/[^/]+/services", "serviceusage"),
    (r"/v1/projects/[^/]+/(topics|subscriptions)", "pubsub"),
    (r"/storage/v1/", "storage"),
    (r"/v1/projects/[^/]+/databases/", "firestore"),
    (r"/v3/projects/[^/]+/timeSeries", "monitoring"),
)


def instant(seconds):
    """As their APIs write one."""
    return datetime.datetime.fromtimestamp(
        seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def disabled(api):
    service = f"{api}.googleapis.com"
    return error(403, "forbidden", f"{service} has not been used in project "
                 f"{PROJECT} before or it is disabled. Enable it by visiting"
                 f" https://console.developers.google.com/apis/api/{service}"
                 "/overview then retry.", details=[{
                     "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                     "reason": "SERVICE_DISABLED", "domain":
                     "googleapis.com", "metadata": {"service": service}}])


def absent(what):
    return error(404, "notFound", f"Resource not found ({what}).")


# --------------------------------------------------------- unpleasant answers

def huge():
    """Ten gigabytes that begin as a good answer would."""
    yield b'{"x": "'
    for _ in range(TOO_LARGE // 1048576):
        yield b"x" * 1048576


def drip():
    """A byte now and then, for longer than anybody waits."""
    yield b"{"
    for _ in range(600):
        time.sleep(0.1)         # slow on purpose
        yield b" "


def elsewhere(url="https://127.0.0.2:1/v1/stolen"):
    return (302, {"Location": url}, "")


def too_many(retry_after="7"):
    status, headers, body = error(429, "rateLimitExceeded",
                                  "Quota exceeded for quota metric")
    return (status, {**headers, "Retry-After": retry_after}, body)


TRUNCATED = (200, {"Content-Type": "application/json"}, '{"jobs": [{"na')
NOT_UTF8 = (200, {"Content-Type": "application/json"},
            b'{"nextPageToken": "\xff\xfe", "documents": "\xc3("}')
HTML = (502, {"Content-Type": "text/html"}, "<html>Bad Gateway</html>")


class CloudHandler(Handler):
    """Sends a generator as it comes."""

    def send(self, status, headers, body):
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        if isinstance(body, (str, bytes)):
            data = body.encode() if isinstance(body, str) else body
            self.send_header("Content-Length", str(len(data)))
            body = [data]
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        try:
            for data in body:
                self.wfile.write(data)
        except OSError:
            self.close_connection = True        # who asked has gone

    def any(self):
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self, self.rfile.read(length))
        answer = self.server.google.serve(request)
        if isinstance(answer, type):            # hang up
            self.close_connection = True
            return
        self.send(*answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = any


# ------------------------------------------------------------------- values

def firestore_value(v):
    """A Python value in the form of the REST API."""
    if v is None:
        return {"nullValue": None}
    if isinstance(v, bool):
        return {"booleanValue": v}
    if isinstance(v, int):
        return {"integerValue": str(v)}
    if isinstance(v, float):
        return {"doubleValue": v}
    if isinstance(v, datetime.datetime):
        return {"timestampValue": instant(v.timestamp())}
    if isinstance(v, list):
        # an empty array comes without its list
        return {"arrayValue": {"values": [firestore_value(x) for x in v]}
                if v else {}}
    if isinstance(v, dict):
        return {"mapValue": {"fields": {k: firestore_value(x)
                                        for k, x in v.items()}}
                if v else {}}
    return {"stringValue": v}


class Cloud(Google):
    def __init__(self):
        super().__init__()
        self.httpd.RequestHandlerClass = CloudHandler
        self.now = NOW
        self.pages = 0                  # elements a page; 0: all
        self.state = {kind: {} for kind in (
            "jobs", "services", "run_jobs", "functions", "apis", "topics",
            "subscriptions", "objects", "documents", "series",
            "executions")}
        self.script = [{"runningCount": 1}, self.ended()]
        self.scripts = {}               # of executions: what comes next
        self.state["databases"] = {"(default)": {}}
        self.published, self.faults = [], []
        self.disabled = set()

    def options(self, directory=None, **more):
        return super().options(directory, **{
            "project": PROJECT, **more})

    # ------------------------------------------------ what a project holds

    def job(self, name, uri="https://run.example/x", schedule="0 11 * * *",
            **changes):
        self.state["jobs"][f"{PLACE}/jobs/{name}"] = {
            "name": f"{PLACE}/jobs/{name}", "schedule": schedule,
            "timeZone": "America/New_York", "state": "ENABLED",
            "userUpdateTime": instant(self.now - 30 * 86400),
            "lastAttemptTime": instant(self.now - 3600), "status": {},
            "scheduleTime": instant(self.now + 3600),
            "attemptDeadline": "180s",
            "httpTarget": {"uri": uri, "httpMethod": "POST"}, **changes}

    def service(self, name, revision="00001-abc", image="img:1", env=None,
                kind="services", **changes):
        full = f"{PLACE}/{kind if kind != 'run_jobs' else 'jobs'}/{name}"
        self.state[kind][full] = {
            "name": full, "generation": "4", "observedGeneration": "4",
            "terminalCondition": {"type": "Ready",
                                  "state": "CONDITION_SUCCEEDED"},
            "latestReadyRevision": f"{full}/revisions/{name}-{revision}",
            "latestCreatedRevision": f"{full}/revisions/{name}-{revision}",
            "template": {"containers": [{"image": image, "env": [
                {"name": k, "value": v} for k, v in (env or {}).items()]}]},
            "trafficStatuses": [{
                "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST",
                "percent": 100}], "uri": f"https://{name}.run.app",
            **changes}

    def function(self, name, revision="00001-abc", env=None, **changes):
        full = f"{PLACE}/functions/{name}"
        self.state["functions"][full] = {
            "name": full, "state": "ACTIVE", "environment": "GEN_2",
            "updateTime": instant(self.now - 86400),
            "serviceConfig": {
                "uri": f"https://{name}.run.app",
                "revision": f"{name}-{revision}",
                "allTrafficOnLatestRevision": True,
                "environmentVariables": env or {}}, **changes}

    def api_on(self, *names):
        for name in names:
            self.state["apis"][name] = {"state": "ENABLED"}

    def topic(self, name, *subscriptions, dead_letters=None):
        full = f"projects/{PROJECT}/topics/{name}"
        self.state["topics"][full] = {"name": full}
        for s in subscriptions:
            path = f"projects/{PROJECT}/subscriptions/{s}"
            self.state["subscriptions"][path] = {
                "name": path, "topic": full, "ackDeadlineSeconds": 60,
                "state": "ACTIVE"}
            if dead_letters:
                self.state["subscriptions"][path]["deadLetterPolicy"] = {
                    "deadLetterTopic":
                    f"projects/{PROJECT}/topics/{dead_letters}",
                    "maxDeliveryAttempts": 5}

    def backlog(self, subscription, *points,
                metric="num_undelivered_messages"):
        """(age in s, value) each."""
        self.state["series"][(metric, subscription)] = list(points)

    def object(self, bucket, name, data=b"{}", age=3600, **changes):
        data = data.encode() if isinstance(data, str) else data
        self.state["objects"].setdefault(bucket, {})[name] = {
            "name": name, "size": str(len(data)), "data": data,
            "timeCreated": instant(self.now - age),
            "updated": instant(self.now), "generation": "17",
            **changes}

    def document(self, path, fields, age=600):
        self.state["documents"][path] = {
            "fields": {k: firestore_value(v) for k, v in fields.items()},
            "createTime": instant(self.now - age),
            "updateTime": instant(self.now - age)}

    # --------------------------------------------------------------- faults

    def off(self, *apis):
        """These aren't enabled: "cloudscheduler" and the like."""
        self.disabled.update(apis)
        for api in apis:
            self.state["apis"].pop(f"{api}.googleapis.com", None)

    def fault(self, pattern, answer, times=10 ** 9):
        self.faults.append([pattern, answer, times])

    def faulty(self, request):
        for f in self.faults:
            if f[2] > 0 and re.search(f[0], request.target):
                f[2] -= 1
                answer = f[1]
                if callable(answer) and not isinstance(answer, type):
                    answer = answer()
                if not isinstance(answer, (tuple, dict, type)):
                    answer = (200, {}, answer)
                return answer
        return None

    # -------------------------------------------------------------- answers

    def answer(self, request):
        found = self.faulty(request)
        if found is not None:
            return found
        project = re.match(r"/v\d/projects/([^/]+)/", request.path)
        if project and project.group(1) != PROJECT:
            return error(403, "forbidden", "The caller does not have"
                         " permission")
        for pattern, api in APIS:
            if re.match(pattern, request.path):
                if api in self.disabled:
                    return disabled(api)
                return getattr(self, "of_" + api)(request)
        return super().answer(request)

    def listed(self, request, member, elements, size="pageSize"):
        """One page. Empty lists aren't there at all."""
        elements = list(elements)
        n = self.pages or int(request.query.get(size, 0)) or len(elements)
        at = int(request.query.get("pageToken", "0"))
        page = {member: elements[at:at + n]} if elements[at:at + n] else {}
        if at + n < len(elements):
            page["nextPageToken"] = str(at + n)
        return page

    def under(self, kind, request, member):
        """A list, or one by its name, of things under a place."""
        path = re.sub(r"^/v\d/", "", request.path)
        if path in self.state[kind]:
            return self.state[kind][path]
        if not path.endswith("/" + member):
            return absent(path)
        place = path[:-len(member)]
        if "/locations/-/" in place:
            place = place.split("-/")[0]
        return self.listed(request, member, (
            v for k, v in self.state[kind].items() if k.startswith(place)))

    def of_cloudscheduler(self, request):
        m = re.fullmatch(r"/v1/(.*):(pause|resume|run)", request.path)
        if m is None or request.method != "POST":
            return self.under("jobs", request, "jobs")
        job = self.state["jobs"].get(m.group(1))
        if job is None:
            return absent(m.group(1))
        if m.group(2) == "run":
            job["lastAttemptTime"] = instant(self.now)
        elif job["state"] != {"pause": "ENABLED",
                              "resume": "PAUSED"}[m.group(2)]:
            return error(400, "failedPrecondition", "Job.state must be "
                         "ENABLED to be paused, PAUSED to be resumed.")
        else:
            job["state"] = {"pause": "PAUSED",
                            "resume": "ENABLED"}[m.group(2)]
        return job

    def of_run(self, request):
        m = re.fullmatch(r"/v2/(projects/[^:]*/jobs/[^/:]+)"
                         r"(:run|/executions(/.*)?)", request.path)
        if m and m.group(1) not in self.state["run_jobs"]:
            return absent(m.group(1))
        if m and m.group(2) == ":run":
            return self.execute(m.group(1), request.body)
        if m:
            return self.executions(m.group(1), request)
        kind = "run_jobs" if "/jobs" in request.path else "services"
        return self.under(kind, request, "jobs" if kind == "run_jobs"
                          else "services")

    def execute(self, job, body):
        """A new execution, and the operation that stands for it."""
        name = f"{job}/executions/x{len(self.state['executions'])}"
        (over,) = body["overrides"]["containerOverrides"]
        self.state["executions"][name] = {
            "name": name, "job": job, "taskCount": 1,
            "template": {"containers": [{"image": "img:1", **over}]},
            "logUri": "https://console.cloud.google.com/logs"}
        self.scripts[name] = list(self.script)
        return {"name": job.rsplit("/jobs", 1)[0] + "/operations/o1",
                "metadata": {"@type": "type.googleapis.com/google.cloud."
                             "run.v2.Execution", "name": name}}

    def executions(self, job, request):
        name = request.path[len("/v2/"):]
        if name == job + "/executions":
            return self.listed(request, "executions", reversed([
                v for k, v in self.state["executions"].items()
                if v["job"] == job]))
        found = self.state["executions"].get(name)
        if found is None:
            return absent(name)
        if self.scripts[name]:
            found.update(self.scripts[name].pop(0))
        return found

    def ended(self, ok=True, words="", cancelled=0):
        """What an execution says of itself in the end."""
        return {"completionTime": instant(self.now), "runningCount": 0,
                "succeededCount": int(ok), "failedCount": int(not ok),
                "cancelledCount": cancelled, "conditions": [
                    {"type": "Started", "state": "CONDITION_SUCCEEDED"},
                    {"type": "Completed", "message": words,
                     "state": "CONDITION_SUCCEEDED" if ok
                     else "CONDITION_FAILED"}]}

    def of_cloudfunctions(self, request):
        return self.under("functions", request, "functions")

    def of_serviceusage(self, request):
        assert request.query.get("filter") == "state:ENABLED", request.target
        return self.listed(request, "services", (
            {"name": f"projects/123456/services/{name}", **v}
            for name, v in sorted(self.state["apis"].items())
            if v["state"] == "ENABLED"))

    def of_pubsub(self, request):
        path = request.path[len("/v1/"):]
        m = re.fullmatch(r"(.*/topics/[^/:]+)(:publish|/subscriptions)?",
                         path)
        if m and m.group(1) not in self.state["topics"]:
            return absent("resource=" + m.group(1).rsplit("/", 1)[1])
        if m and m.group(2) == ":publish":
            return self.publish(m.group(1), request.body)
        if m and m.group(2):
            return self.listed(request, "subscriptions", sorted(
                k for k, v in self.state["subscriptions"].items()
                if v["topic"] == m.group(1)))
        kind = "topics" if "/topics" in path else "subscriptions"
        return self.under(kind, request, kind)

    def publish(self, topic, body):
        ids = []
        for message in body["messages"]:
            self.published.append({
                "topic": topic, "data": base64.b64decode(
                    message.get("data", "")).decode(),
                "attributes": message.get("attributes", {}),
                "orderingKey": message.get("orderingKey", "")})
            ids.append(str(len(self.published)))
        return {"messageIds": ids}

    def of_storage(self, request):
        m = re.fullmatch(r"/storage/v1/b/([^/]+)/o(?:/(.*))?", request.path,
                         re.DOTALL)
        objects = self.state["objects"].get(m.group(1)) if m else None
        if objects is None:
            return error(404, "notFound", "The specified bucket does not"
                         " exist.")
        if m.group(2) is None:
            prefix = request.query.get("prefix", "")
            return self.listed(request, "items", (
                {k: v for k, v in o.items() if k != "data"}
                for name, o in sorted(objects.items())
                if name.startswith(prefix)), size="maxResults")
        o = objects.get(m.group(2))
        if o is None:
            return error(404, "notFound", f"No such object: {m.group(1)}/"
                         f"{m.group(2)}")
        if request.query.get("alt") == "media":
            return (200, {"Content-Type": "application/octet-stream"},
                    o["data"])
        return {k: v for k, v in o.items() if k != "data"}

    def of_firestore(self, request):
        m = re.fullmatch(r"/v1/(projects/[^/]+/databases/([^/]+)/documents)"
                         r"(?::batchGet|/(.*))", request.path)
        if m is None or m.group(2) not in self.state["databases"]:
            return error(404, "notFound", "The database (default) does not"
                         f" exist for project {PROJECT}.")
        if request.method == "GET":
            return self.got(m.group(1), m.group(3)) or error(
                404, "notFound", f'Document "{request.path}" not found.')
        answers = []
        for name in request.body["documents"]:
            found = self.got(m.group(1), name[len(m.group(1)) + 1:])
            answers.append({"found": found} if found else {"missing": name})
            answers[-1]["readTime"] = instant(self.now)
        return (200, {"Content-Type": "application/json"},
                json.dumps(answers))

    def got(self, root, path):
        document = self.state["documents"].get(path)
        return document and {"name": f"{root}/{path}", **document}

    def of_monitoring(self, request):
        wanted = dict(re.findall(r'([a-z_.]+) *= *"([^"]*)"',
                                 request.query["filter"]))
        metric = wanted["metric.type"].rsplit("/", 1)[1]
        start, end = (datetime.datetime.fromisoformat(
            request.query[f"interval.{k}Time"].replace(
                "Z", "+00:00")).timestamp() for k in ("start", "end"))
        found = []
        for (kind, name), points in self.state["series"].items():
            inside = sorted((age, value) for age, value in points
                            if start <= self.now - age <= end)
            if kind != metric or not inside or name != wanted.get(
                    "resource.labels.subscription_id", name):
                continue
            found.append({
                "metric": {"type": wanted["metric.type"]},
                "resource": {"type": "pubsub_subscription", "labels": {
                    "project_id": PROJECT, "subscription_id": name}},
                "metricKind": "GAUGE", "valueType": "INT64",
                "points": [{"interval": {
                    "startTime": instant(self.now - age),
                    "endTime": instant(self.now - age)},
                            "value": {"int64Value": str(value)}}
                           for age, value in inside]})
        return self.listed(request, "timeSeries", found)
