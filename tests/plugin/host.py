# SPDX-License-Identifier: BSD-2-Clause
"""Drives a plugin in the real gatewarden-host, as the daemon does.

    with Plugin("check", "sql", {...}) as p:
        reply = p.call(date="2026-01-16")

speaks the packets of core/base/wire.h over a socket pair. What a call told is
a dictionary as core/worker/pool.h describes it.
"""
import http.server
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
HOST = os.path.join(BUILD, "core", "host", "gatewarden-host")
DIRECTORIES = {"check": "check", "gate": "gate", "action": "recovery",
               "notifier": "notifier"}

# Texts that have broken something somewhere.
HOSTILE = ("'; DROP TABLE t; --", '"quoted"', "a b", "$(touch owned)",
           "`touch owned`", "{date}", "{missing}", "%s%n", "a&b=c#d/../e?f",
           "\\", "new\nline", "tab\there", "ünïcödé", "-rf", "a;b", "*",
           "</script>", "\u200bzero", "'")


class Refused(Exception):
    """The plugin's open said no; the text is its sentence."""


class Plugin:
    def __init__(self, kind, name, options=None, instance="under_test",
                 env=None):
        self.path = os.path.join(BUILD, "plugins", DIRECTORIES[kind],
                                 ".libs", f"{kind}-{name}.so")
        self.kind, self.options, self.instance = kind, options, instance
        self.env = env
        self.calls = 0

    def __enter__(self):
        ours, theirs = socket.socketpair(socket.AF_UNIX,
                                         socket.SOCK_SEQPACKET)
        # pylint: disable=consider-using-with
        self.out = tempfile.TemporaryFile()
        self.link = ours
        self.link.settimeout(30)
        self.process = subprocess.Popen(
            [HOST, "--fd", str(theirs.fileno()), "--kind", self.kind,
             "--parent", str(os.getpid()), self.path],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
            stdout=self.out, stderr=self.out, env=self.env)
        theirs.close()
        self.receive("hello")
        try:
            self.open(1, self.options or {})
        except Refused:
            self.__exit__()
            raise
        return self

    def open(self, number, options):
        """One more instance in the same process; see call(to=number)."""
        self.send("open", instance=number, name=self.instance,
                  budget_ms=20000, options=options)
        self.receive("opened")

    def close(self, number):
        self.send("close", instance=number)

    def __exit__(self, *_):
        try:
            self.send("quit")
        except OSError:
            pass
        self.link.close()
        try:
            code = self.process.wait(timeout=20)
        finally:
            self.process.kill()
        self.out.close()
        if code != 0:
            raise AssertionError(f"the host ended with {code}")

    def send(self, message, /, **body):
        self.link.send(json.dumps({message: body},
                                  ensure_ascii=False).encode())

    def receive(self, expected):
        try:
            data = self.link.recv(65536)
        except ConnectionResetError:    # gone, with something unread
            data = b""
        if not data:
            raise AssertionError("the host is gone: " + self.output())
        (name, body), = json.loads(data).items()
        if name in ("refused", "unfit"):
            raise Refused(body["why"])
        if name != expected:
            raise AssertionError(f"{name}: {body}, expected {expected}")
        return body

    def start(self, budget_ms=10000, date="2026-01-16", pipeline="nba",
              now_ms=1768647600000, anchor=1768554000000, inputs=None, to=1,
              wire=None, **params):
        """Begins a call at 2026-01-17 11:00 UTC, unless told."""
        self.calls += 1
        self.send("call", instance=to, id=self.calls, budget_ms=budget_ms,
                  **(wire or {}),
                  input={"date": date, "pipeline": pipeline,
                         "now": "2026-01-17T06:00:00-05:00",
                         "now_ms": now_ms, "anchor": anchor,
                         "params": params, "inputs": inputs or []})

    def finish(self):
        done = self.receive("done")
        if done.get("left"):
            raise AssertionError("it left processes behind")
        return done["result"]

    def call(self, **how):
        self.start(**how)
        return self.finish()

    def probe(self, **how):
        """Asks whether what `call` was to do has happened."""
        return self.call(wire={"probe": True}, **how)

    def state(self):
        """What the host does: 'R' it runs, 'S' it waits."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()[0]

    def wait_idle(self):
        """Until it waits for a call, as nothing else is asked of it."""
        until = time.monotonic() + 20
        while self.state() != "S":
            assert time.monotonic() < until, "the host doesn't come to rest"

    def cpu(self):
        """Clock ticks that the host has used."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def output(self):
        """What was written so far. The place in the file is shared with
        those who write: moving it would make them write over it."""
        fd = self.out.fileno()
        return os.pread(fd, os.fstat(fd).st_size, 0).decode(errors="replace")


def refusal(kind, name, options):
    """The sentence with which options are refused; None if they aren't."""
    try:
        with Plugin(kind, name, options):
            return None
    except Refused as why:
        return str(why)


class Case(unittest.TestCase):
    """A test with a directory of its own."""
    maxDiff = None

    def setUp(self):
        # pylint: disable=consider-using-with
        tmp = tempfile.TemporaryDirectory(prefix="gatewarden-plugin-")
        self.addCleanup(tmp.cleanup)
        self.dir = tmp.name

    def file(self, name, text="", mode=0o644):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def assert_unknown(self, result, words):
        self.assertEqual(result["status"], "unknown", result)
        self.assertIn(words, result.get("remark", ""))
        self.assertNotIn("value", result)

    def assert_value(self, result, value, expected=None):
        self.assertEqual(result["status"], "ok", result)
        self.assertEqual(result.get("value"), value, result)
        self.assertEqual(result.get("expected"), expected, result)

    def assert_failed(self, result, failure, words=""):
        self.assertEqual(result["status"], "failed", result)
        self.assertEqual(result["failure"], failure, result)
        self.assertIn(words, result.get("remark", ""))


class Server:
    """A web server on loopback that answers what it is told to.

    `answers` are taken one after the other, the last one stays: (status,
    headers, body), or a function of the request that returns one. With a
    `context` of ssl it speaks TLS.
    """
    def __init__(self, *answers, context=None):
        self.answers, self.seen = list(answers), []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def any(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.body = self.rfile.read(length).decode()
                outer.seen.append((self.command, self.path, self.headers,
                                   body))
                answer = (outer.answers.pop(0) if len(outer.answers) > 1
                          else outer.answers[0])
                if callable(answer):
                    answer = answer(self)
                if answer is None:
                    return
                status, headers, text = answer
                data = text.encode() if isinstance(text, str) else text
                self.send_response(status)
                for k, v in headers.items():
                    self.send_header(k, v)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    if self.command != "HEAD":
                        self.wfile.write(data)
                except OSError:         # it didn't wait for it
                    pass

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = any
            do_PATCH = any

            def log_message(self, *_):
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                     Handler)
        self.httpd.daemon_threads = True
        # clients that go away in the middle are what many tests want
        self.httpd.handle_error = lambda *_: None
        self.port = self.httpd.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        if context:             # the handshake is the thread's, not ours
            self.url = f"https://localhost:{self.port}"
            self.httpd.socket = context.wrap_socket(
                self.httpd.socket, server_side=True,
                do_handshake_on_connect=False)

    def __enter__(self):
        threading.Thread(target=self.httpd.serve_forever, args=(0.05,),
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.httpd.shutdown()
        self.httpd.server_close()


class Raw:
    """A server that says bytes: `speak` gets each connection."""
    def __init__(self, speak):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.speak, self.connections, self.sent = speak, 0, 0

    def serve(self):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.one, args=(link,),
                             daemon=True).start()

    def one(self, link):
        with link:
            try:
                self.speak(self, link)
            except OSError:
                pass

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def main():
    if not os.path.exists(HOST):
        print(f"skipped: {HOST} has not been built")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
