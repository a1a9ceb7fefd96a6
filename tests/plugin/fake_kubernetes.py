# SPDX-License-Identifier: BSD-2-Clause
"""A Kubernetes API server of our own, from the public reference: jobs,
CronJobs and pods of one namespace, over TLS, with the certificate that
`certificate` makes. `trouble` is as in fake_airflow.py."""
import json
import os
import re
import ssl
import subprocess
import urllib.parse

from host import Server

TOKEN = "token-of-a-service-account"


def certificate(directory, name="127.0.0.1"):
    """(certificate, key), for IP:name."""
    cert, key = (os.path.join(directory, f"{name}.{x}")
                 for x in ("pem", "key"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
         cert, "-days", "2", "-subj", "/CN=cluster", "-addext",
         f"subjectAltName=IP:{name}"], check=True, capture_output=True)
    return cert, key


def expand(text, env):
    """What a kubelet makes of $(NAME) and $$."""
    def one(m):
        return "$" if m.group(0) == "$$" else env.get(m.group(1), m.group(0))
    return re.sub(r"\$\$|\$\(([^()]*)\)", one, text)


class Cluster(Server):
    def __init__(self, cert=None, key=None):
        super().__init__(self.answer)
        if cert:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(cert, key)
            self.httpd.socket = context.wrap_socket(self.httpd.socket,
                                                    server_side=True)
            self.url = self.url.replace("http:", "https:")
        self.tokens = {TOKEN}
        self.jobs = {}          # name: job
        self.scripts = {}       # name: statuses to come
        self.script = [{"active": 1}, self.complete()]
        self.cronjobs = {"nightly": {"spec": {
            "suspend": True, "schedule": "0 3 * * *",
            "jobTemplate": {"spec": {"backoffLimit": 0, "template": {
                "spec": {"restartPolicy": "Never", "containers": [
                    {"name": "etl", "image": "etl:1", "args": ["old"],
                     "env": [{"name": "KEPT", "value": "1"},
                             {"name": "GATEWARDEN_DATE",
                              "value": "stale"}]},
                    {"name": "side", "image": "side:1"}]}}}}}}}
        self.trouble = {}
        self.created = []

    @staticmethod
    def complete():
        return {"succeeded": 1, "conditions": [
            {"type": "SuccessCriteriaMet", "status": "True"},
            {"type": "Complete", "status": "True"}]}

    @staticmethod
    def failed(reason="BackoffLimitExceeded", words="reached the limit"):
        return {"failed": 1, "conditions": [
            {"type": "FailureTarget", "status": "True"},
            {"type": "Complete", "status": "False"},
            {"type": "Failed", "status": "True", "reason": reason,
             "message": words}]}

    @staticmethod
    def status(code, reason, message, headers=None):
        return code, headers or {}, json.dumps(
            {"kind": "Status", "status": "Failure", "reason": reason,
             "message": message, "code": code})

    def answer(self, handler):
        method, path, headers, body = self.seen[-1]
        if headers.get("Authorization", "").removeprefix("Bearer ") \
                not in self.tokens:
            return self.status(401, "Unauthorized", "Unauthorized")
        url = urllib.parse.urlsplit(path)
        for key, answers in self.trouble.items():
            verb, suffix = key.split(" ")
            if verb == method and url.path.endswith(suffix) and answers:
                answer = answers.pop(0)
                if answer in ("late", "late 504"):
                    self.carry_out(method, url, body)
                    return None if answer == "late" else (504, {}, "late")
                if callable(answer):
                    return answer(handler)
                return (answer if isinstance(answer, tuple) else
                        self.status(answer, "Told", "as told"))
        return self.carry_out(method, url, body)

    def carry_out(self, method, url, body):
        parts = url.path.split("/")
        if parts[1:4] == ["api", "v1", "namespaces"]:
            assert url.query.startswith("labelSelector=job-name%3D")
            return 200, {}, json.dumps({"items": [{"status": {
                "containerStatuses": [
                    {"name": "etl", "state": {"terminated": {
                        "exitCode": 137, "reason": "OOMKilled"}}},
                    {"name": "side", "state": {"waiting": {
                        "reason": "ImagePullBackOff"}}}]}}]})
        assert parts[1:5] == ["apis", "batch", "v1", "namespaces"], parts
        if parts[5] != "data":
            return self.status(404, "NotFound", "namespaces not found")
        if parts[6] == "cronjobs":
            found = self.cronjobs.get(urllib.parse.unquote(parts[7]))
            return ((200, {}, json.dumps(found)) if found else
                    self.status(404, "NotFound", "cronjobs not found"))
        if method == "POST":
            return self.create(json.loads(body))
        if len(parts) == 7:
            assert "managed-by" in url.query
            return 200, {}, json.dumps(self.page(
                urllib.parse.parse_qs(url.query)))
        job = self.jobs.get(parts[7])
        if job is None:
            return self.status(404, "NotFound", "jobs not found")
        script = self.scripts[parts[7]]
        if script:
            job["status"] = script.pop(0)
        return 200, {}, json.dumps(job)

    def page(self, query):
        jobs = list(self.jobs.values())
        first = int(query.get("continue", ["c0="])[0][1:-1])
        end = first + int(query.get("limit", [len(jobs)])[0])
        return {"items": jobs[first:end], "metadata": (
            {"continue": f"c{end}="} if end < len(jobs) else {})}

    def create(self, job):
        name = job["metadata"]["name"]
        assert re.fullmatch("[a-z0-9]([-a-z0-9]*[a-z0-9])?", name), name
        assert len(name) <= 63, name
        if name in self.jobs:
            return self.status(409, "AlreadyExists", f"jobs {name} exists")
        self.created.append(job)
        self.jobs[name] = {**job, "status": {}}
        self.scripts[name] = list(self.script)
        return 201, {}, json.dumps(self.jobs[name])
