#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""gatewarden-web with a real daemon behind it: what is acknowledged is in the
journal, what isn't allowed isn't there, and nothing that is sent does more
than be data.
"""
import errno
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "scenario"))

import small_site                                      # noqa: E402
from small_site import BUILD, DATE, Scenario           # noqa: E402
from stage import program, wait_for                    # noqa: E402

WEB = os.path.join(BUILD, "core", "web", "gatewarden-web")
TOKEN, OTHER = "6f1c0d5e9b7a4c3f8e2d", "another-token-of-its-own"
BEATS = """
checks = ( { name = "backup"; plugin = "heartbeat"; pipeline = "small";
             due = "+1d 06:00"; },
           { name = "pulse"; plugin = "heartbeat"; pipeline = "small";
             period = "1h"; } );
alarms = ( { name = "beats"; plugin = "all"; inputs = ("backup", "pulse"); } );
"""


@unittest.skipUnless(os.access(WEB, os.X_OK), "built without libmicrohttpd")
class Web(Scenario):
    start = small_site.START.replace(hour=5)
    speed = 60.0
    more = ()

    def prepare(self):
        self.site.put("50-beats.conf", BEATS)
        self.tokens = os.path.join(self.tmp.name, "tokens")
        self.allow(f"# jobs\nbackup {TOKEN}\n\n  pulse\t{OTHER}\n"
                   f"pulse {TOKEN}\nsmall/raw {TOKEN}\n")
        self.log = os.path.join(self.tmp.name, "web.log")
        self.site.run()
        self.serve()

    def allow(self, text, mode=0o600):
        with open(self.tokens, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(self.tokens, mode)

    def serve(self):
        with open(self.log, "wb") as log:
            # pylint: disable=consider-using-with
            self.web = subprocess.Popen(
                [WEB, "--listen", "127.0.0.1:0", "--socket",
                 self.site.socket, "--tokens", self.tokens, "--debug",
                 *self.more], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        self.port = int(wait_for("the port", 60, self.listening))

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def listening(self):
        m = re.search(r"port (\d+)", self.said())
        return m and m.group(1)

    def tearDown(self):
        self.web.send_signal(signal.SIGTERM)
        try:
            self.assertEqual(self.web.wait(timeout=20), 0, self.said())
        finally:
            self.web.kill()
            super().tearDown()

    def ping(self, path, token=TOKEN, body=None, method="POST"):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            c.request(method, "/ping/" + path, body, {
                "Authorization": "Bearer " + token} if token else {})
            r = c.getresponse()
            self.headers = dict(r.getheaders())
            return r.status, r.read().decode().strip()
        finally:
            c.close()

    def rows(self):
        return [e["data"] for e in self.site.journal().events
                if e["kind"] == "signal"]


class Words(Web):
    def test_each_path_is_a_word(self):
        for path, event in (("backup/start", "start"), ("backup", "done"),
                            ("backup/fail", "failed"), ("backup/0", "done"),
                            ("backup/7", "failed"), ("backup/done", "done")):
            self.assertEqual(self.ping(f"{path}?date={DATE}"), (200, "OK"))
            self.assertEqual(self.rows()[-1]["event"], event, path)
        self.assertEqual(self.ping("backup", method="GET")[0], 200)
        self.assertEqual(self.ping("backup", method="HEAD")[0], 200)
        self.assertEqual(self.ping(f"backup?token={TOKEN}", None)[0], 200)
        self.assertEqual(len(self.rows()), 9)
        self.sound()

    def test_what_is_acknowledged_survives_a_kill(self):
        self.assertEqual(self.ping("backup/start?rid=r1")[0], 200)
        self.assertEqual(self.ping("backup?rid=r1")[0], 200)
        self.site.kill()
        status, text = self.ping("backup")
        self.assertEqual(status, 503, text)
        self.assertEqual(self.headers["Retry-After"], "5")
        self.site.run()
        self.assertEqual(self.ping("backup?rid=r1")[0], 200)
        rows = self.rows()
        self.assertEqual([r["event"] for r in rows], ["start", "done"])
        self.assertEqual(rows[1]["reports"], 1)
        self.assertIn("duration_ms", rows[1])

    def test_what_cannot_be(self):
        for path, status in (
                ("backup?date=2026-13-01", 400),
                ("backup?date=2020-01-01", 404),
                (f"backup?rid={'x' * 64}", 400),
                ("backup?rid=%ff%fe", 400),
                ("small/raw", 400), (f"small/raw?date={DATE}&rid=r", 409),
                ("backup/nothing", 401), ("backup/256", 401), ("", 404),
                ("x" * 100, 404), ("../ping/backup", 401)):
            self.assertEqual(self.ping(path)[0], status, path)
        self.assertEqual(self.ping("backup", method="DELETE")[0], 405)
        self.assertFalse(self.rows())


class Dry(Web):
    def test_what_is_not_taken_is_not_acknowledged(self):
        self.site.stop()
        with open(self.site.log, "ab") as log:
            # pylint: disable=consider-using-with
            self.site.daemon = subprocess.Popen(
                [program(BUILD, "gatewardend"), "--dry-run", "--config",
                 self.site.conf, "--plugin-dir", self.site.plugins,
                 "--host", program(BUILD, "gatewarden-host")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.site.dir)
        wait_for("the daemon to answer", 60, self.site.answers)
        status, text = self.ping("backup?rid=r1")
        self.assertEqual(status, 503, text)
        self.assertIn("dry", text)
        self.assertEqual(self.headers["Retry-After"], "5")
        self.site.stop()
        self.site.run()
        self.assertEqual(self.ping("backup?rid=r1"), (200, "OK"))
        self.assertEqual([r["reports"] for r in self.rows()], [1])


class Tokens(Web):
    def test_a_name_has_its_own(self):
        answers = {self.ping("backup", t) for t in (
            OTHER, "", TOKEN[:-1], TOKEN + "x", "x" * 3000)}
        answers |= {self.ping("nothing"), self.ping("backu"),
                    self.ping("backup%00x", OTHER)}
        self.assertEqual(answers, {
            (401, "no such name, or another token")})
        self.assertEqual(self.ping("pulse", OTHER)[0], 200)
        self.assertEqual(self.ping("pulse", TOKEN)[0], 200)
        self.assertNotIn(TOKEN, self.said())

    def test_they_are_changed_at_work(self):
        self.allow(f"backup {OTHER}\n")
        self.assertEqual(self.ping("backup")[0], 401)
        self.assertEqual(self.ping("backup", OTHER)[0], 200)
        self.allow(f"backup {OTHER}\n", 0o644)  # everybody's: opens nothing
        self.assertEqual(self.ping("backup", OTHER)[0], 401)

    def test_what_cannot_be_used_is_refused(self):
        for text, mode, why in ((f"backup {TOKEN}\n", 0o644, "everybody"),
                                ("backup short\n", 0o600, "line 1"),
                                ("\nbackup\n", 0o600, "line 2"),
                                ("# none\n", 0o600, "nothing")):
            self.allow(text, mode)
            p = subprocess.run([WEB, "--tokens", self.tokens, "--listen",
                                "127.0.0.1:0"], text=True, timeout=20,
                               capture_output=True, check=False)
            self.assertEqual(p.returncode, 1)
            self.assertIn(why, p.stderr)
        for words in (["--listen", "localhost"], ["--listen", "1.2.3.4"]):
            self.allow(f"backup {TOKEN}\n")
            p = subprocess.run([WEB, "--tokens", self.tokens, *words],
                               text=True, timeout=20, capture_output=True,
                               check=False)
            self.assertEqual((p.returncode, "127.0.0.1:8930" in p.stderr),
                             (1, True))


class Hostile(Web):
    more = ("--rate", "6000")

    def test_bodies_are_data(self):
        for body in (b"'; DROP TABLE t; --", b"$(touch owned)\n`x`",
                     b"\0\xff\xfe{}", "\u202e\u200b".encode(), b"a" * 4096,
                     "ü".encode() * 4000, b"\xc3" * 5000, b"{\"event\":1}",
                     b"x" * 500_000):
            self.assertEqual(self.ping("backup", body=body), (200, "OK"))
            remark = self.rows()[-1]["remark"]
            self.assertLessEqual(len(remark.encode()), 4096)
            self.assertNotIn("\n", remark)
        self.assertEqual(self.ping("backup", body=b"")[0], 200)
        self.assertNotIn("remark", self.rows()[-1])
        self.sound()

    def test_too_much_is_cut_off(self):
        with self.assertRaises((ConnectionError, http.client.HTTPException)):
            self.ping("backup", body=b"x" * (8 << 20))
        self.assertFalse(self.rows())
        self.assertEqual(self.ping("backup")[0], 200)

    def test_garbage_ends_nothing(self):
        for text in (b"\0\0\0\0", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"GET /ping/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"POST /ping/backup HTTP/1.1\r\nHost: x\r\n"
                     b"Content-Length: -1\r\n\r\n", b"G" * 100_000):
            with socket.create_connection(("127.0.0.1", self.port),
                                          timeout=20) as s:
                try:
                    s.sendall(text)
                    s.shutdown(socket.SHUT_WR)
                    s.recv(1000)
                except OSError as e:    # it hung up before we had said all
                    self.assertIn(e.errno, (errno.ECONNRESET, errno.EPIPE,
                                            errno.ENOTCONN))
        self.assertEqual(self.ping("backup")[0], 200)
        # those who connect and say nothing don't keep others out
        idle = [socket.create_connection(("127.0.0.1", self.port))
                for _ in range(10)]
        self.assertEqual(self.ping("backup")[0], 200)
        for s in idle:
            s.close()


class Rate(Web):
    more = ("--rate", "1")

    def test_a_loop_fills_no_disk(self):
        answers = [self.ping("backup")[0] for _ in range(20)]
        self.assertEqual(answers, [200] * 10 + [429] * 10)
        self.assertGreater(int(self.headers["Retry-After"]), 30)
        self.assertEqual(len(self.rows()), 10)
        self.assertEqual(self.ping("pulse")[0], 200)


if __name__ == "__main__":
    small_site.main()
