# SPDX-License-Identifier: BSD-2-Clause
"""Google's servers as far as a plugin meets them, on loopback: the endpoint
that changes a service account's assertion for a token (its signature is
verified by the openssl program), the metadata server of a machine, and an API
that wants the token.

    class Api(Google):
        def answer(self, request):      # a dict, or (status, dict)
            return {"items": []}

    with Api() as g:
        options = g.options(directory)  # credentials by a key made here
        g.script(error(403, "quotaExceeded", "Quota exceeded"))

`script` puts answers in front of what `answer` would say: (status, headers,
body), a dict, an Exception class to hang up, or a function of the request.
`requests` are those that reached the API with a live token, `token_requests`
counts how often a token was asked for, `refused` what went wrong there.
"""
import base64
import functools
import http.server
import json
import os
import secrets
import shutil
import subprocess
import threading
import time
import urllib.parse

import host

PROJECT = "acme-data"
EMAIL = "gatewarden@acme-data.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default/"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

# What `status` says beside each code.
CANONICAL = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED",
             403: "PERMISSION_DENIED", 404: "NOT_FOUND",
             409: "ALREADY_EXISTS", 429: "RESOURCE_EXHAUSTED",
             500: "INTERNAL", 503: "UNAVAILABLE"}


def error(status, reason, message, headers=None, details=None):
    """An answer in the form that all their APIs share."""
    body = {"error": {
        "code": status, "message": message,
        "errors": [{"message": message, "domain": "global",
                    "reason": reason}]}}
    if status in CANONICAL:
        body["error"]["status"] = CANONICAL[status]
    if details:
        body["error"]["details"] = details
    return (status, headers or {}, json.dumps(body))


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def has_openssl():
    return shutil.which("openssl") is not None


def why_no_keys():
    """Why there are no keys of service accounts to test with; None: there
    are."""
    if not has_openssl():
        return "no openssl program"
    said = host.refusal("check", "bigquery_table", {
        "project": "p", "dataset": "d", "table": "t", "credentials": "{}"})
    return "built without OpenSSL" if "no OpenSSL" in (said or "") else None


def needs_keys(test):
    """A decorator for tests with the key of a service account."""
    @functools.wraps(test)
    def wrapped(self, *args):
        why = why_no_keys()
        if why:
            self.skipTest(why)
        return test(self, *args)
    return wrapped


class Request:
    """One request to the API: method, path, query (a dict), body (JSON)."""
    def __init__(self, handler, body):
        url = urllib.parse.urlsplit(handler.path)
        self.method, self.target = handler.command, handler.path
        self.path = urllib.parse.unquote(url.path)
        self.raw_path = url.path
        self.query = dict(urllib.parse.parse_qsl(
            url.query, keep_blank_values=True))
        self.headers = handler.headers
        self.text = body.decode(errors="replace")
        try:
            self.body = json.loads(body) if body else None
        except ValueError:
            self.body = None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True      # head and body are two writes

    def any(self):
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self, self.rfile.read(length))
        answer = self.server.google.serve(request)
        if isinstance(answer, type):            # hang up
            self.close_connection = True
            return
        status, headers, body = answer
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = any

    def log_message(self, *_):
        pass


class Httpd(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Who hangs up in the middle is part of some tests."""


class Google:
    """`context` is an ssl.SSLContext: the API is https then."""
    def __init__(self, context=None):
        self.lock = threading.Lock()
        self.live, self.scripted, self.requests = set(), [], []
        self.token_scripted, self.refused = [], []
        self.token_requests = 0
        self.expires_in = 3599
        self.identities = []            # audiences asked for
        self.public_key = None          # a file, of the last key
        self.httpd = Httpd(("127.0.0.1", 0), Handler)
        self.httpd.google = self
        if context:
            self.httpd.socket = context.wrap_socket(self.httpd.socket,
                                                    server_side=True)
        self.url = (f"http{'s' if context else ''}://127.0.0.1:"
                    f"{self.httpd.server_port}")

    def __enter__(self):
        threading.Thread(target=self.httpd.serve_forever, args=(0.05,),
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.httpd.shutdown()
        self.httpd.server_close()

    # ------------------------------------------------------- for the tests

    def script(self, *answers):
        """What the API says next, instead of its own answers."""
        self.scripted.extend(answers)

    def revoke(self):
        """All tokens that were given are of no use any more."""
        self.live.clear()

    def key(self, directory, **changes):
        """The text of a service account's key, made here."""
        private = os.path.join(directory, "private.pem")
        self.public_key = os.path.join(directory, "public.pem")
        if not os.path.exists(private):
            subprocess.run(["openssl", "genpkey", "-algorithm", "RSA",
                            "-pkeyopt", "rsa_keygen_bits:2048", "-out",
                            private], check=True, capture_output=True)
            subprocess.run(["openssl", "pkey", "-in", private, "-pubout",
                            "-out", self.public_key], check=True,
                           capture_output=True)
        with open(private, encoding="ascii") as f:
            pem = f.read()
        return json.dumps({
            "type": "service_account", "project_id": PROJECT,
            "private_key_id": "k1", "private_key": pem,
            "client_email": EMAIL, "token_uri": self.url + "/token",
            **changes})

    def options(self, directory=None, **more):
        """Options of a plugin: by a key where there is a directory, else by
        the metadata server."""
        o = {"endpoint": self.url, "metadata_server": self.url, **more}
        if directory:
            o["credentials"] = self.key(directory)
        return o

    # ------------------------------------------------------------- answers

    def serve(self, request):
        with self.lock:
            if request.path == "/token":
                return self.exchange(request)
            if request.path.startswith("/computeMetadata/"):
                return self.metadata(request)
            return self.api(request)

    def api(self, request):
        kind, _, token = request.headers.get(
            "Authorization", "").partition(" ")
        if kind != "Bearer" or token not in self.live:
            return error(401, "authError", "Request had invalid"
                         " authentication credentials.")
        self.requests.append(request)
        answer = (self.scripted.pop(0) if self.scripted
                  else self.answer(request))
        if callable(answer) and not isinstance(answer, type):
            answer = answer(request)
        if isinstance(answer, dict):
            answer = (200, answer)
        if isinstance(answer, tuple) and len(answer) == 2:
            answer = (answer[0], {"Content-Type": "application/json"},
                      json.dumps(answer[1]))
        return answer

    def answer(self, _):
        """Of the API; to be overridden."""
        return error(404, "notFound", "Not found")

    def new_token(self):
        token = "ya29." + secrets.token_urlsafe(24)
        self.live.add(token)
        return token

    def given(self, answer):
        self.token_requests += 1
        if self.token_scripted:
            return self.token_scripted.pop(0)
        return (200, {"Content-Type": "application/json"},
                json.dumps(answer()))

    def exchange(self, request):
        form = dict(urllib.parse.parse_qsl(request.text))
        try:
            claims = self.verified(form)
        except (AssertionError, ValueError, KeyError) as why:
            self.refused.append(str(why))
            return (400, {}, json.dumps({
                "error": "invalid_grant",
                "error_description": f"Invalid JWT: {why}"}))
        if "target_audience" in claims:
            self.identities.append(claims["target_audience"])
            return self.given(lambda: {
                "id_token": self.identity(claims["target_audience"])})
        assert claims["scope"] == SCOPE
        return self.given(lambda: {
            "access_token": self.new_token(),
            "expires_in": self.expires_in, "token_type": "Bearer"})

    def verified(self, form):
        """The claims of a good assertion, as RFC 7523 and their pages want
        it."""
        assert form["grant_type"] == GRANT, "grant_type"
        head, claims, signature = form["assertion"].split(".")
        assert json.loads(decoded(head))["alg"] == "RS256", "alg"
        base = os.path.dirname(self.public_key)
        signed = os.path.join(base, "signature")
        with open(signed, "wb") as f:
            f.write(decoded(signature))
        p = subprocess.run(
            ["openssl", "dgst", "-sha256", "-verify", self.public_key,
             "-signature", signed], input=f"{head}.{claims}".encode(),
            capture_output=True, check=False)
        assert p.returncode == 0, "the signature is wrong"
        claims = json.loads(decoded(claims))
        now = time.time()
        assert claims["iss"] == EMAIL, "iss"
        assert claims["aud"] == self.url + "/token", "aud"
        assert abs(claims["iat"] - now) < 60, "iat"
        assert 0 < claims["exp"] - claims["iat"] <= 3600, "exp"
        return claims

    def identity(self, audience):
        """A token as a service behind their front would get it."""
        claims = {"aud": audience, "email": EMAIL, "iss":
                  "https://accounts.google.com",
                  "exp": int(time.time()) + self.expires_in}
        token = ".".join((encoded(b'{"alg":"RS256"}'),
                          encoded(json.dumps(claims).encode()),
                          encoded(secrets.token_bytes(32))))
        self.live.add(token)
        return token

    def metadata(self, request):
        flavor = {"Metadata-Flavor": "Google"}
        if request.headers.get("Metadata-Flavor") != "Google":
            self.refused.append("no Metadata-Flavor")
            return (403, flavor, "Missing Metadata-Flavor:Google header.")
        if request.path == ACCOUNT + "identity":
            audience = request.query["audience"]
            self.identities.append(audience)
            status, _, text = self.given(lambda: self.identity(audience))
            return (status, {**flavor, "Content-Type": "text/html"},
                    text.strip('"'))
        if request.path == ACCOUNT + "token":
            status, headers, text = self.given(lambda: {
                "access_token": self.new_token(),
                "expires_in": self.expires_in, "token_type": "Bearer"})
            return (status, {**flavor, **headers}, text)
        return (404, flavor, "")
