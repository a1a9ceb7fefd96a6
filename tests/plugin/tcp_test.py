#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Check `tcp`: what can be connected to, and what it says."""
import socket
import time

from host import Case, Plugin, Raw, main, refusal


def silent(_, link):
    link.recv(1)


class Tcp(Case):
    def ask(self, speak, budget_ms=5000, **options):
        with Raw(speak) as s, Plugin("check", "tcp", {
                "host": "127.0.0.1", "port": s.port, **options}) as p:
            return p.call(budget_ms=budget_ms)

    def test_connects(self):
        r = self.ask(silent)
        self.assert_value(r, 1, 1)
        self.assertGreaterEqual(int(r["evidence"]["connect_ms"]), 0)
        r = self.ask(silent, measure="time")
        self.assertTrue(0 <= r["value"] < 5000, r)
        with Raw(silent) as s, Plugin("check", "tcp", {
                "host": "localhost", "port": s.port}) as p:
            for _ in range(3):
                self.assert_value(p.call(), 1, 1)

    def test_an_address_of_ipv6(self):
        try:
            listener = socket.create_server(("::1", 0),
                                            family=socket.AF_INET6)
        except OSError as why:
            self.skipTest(f"no IPv6: {why}")
        with listener, Plugin("check", "tcp", {
                "host": "::1", "port": listener.getsockname()[1]}) as p:
            self.assert_value(p.call(), 1, 1)

    def test_refused_is_measured(self):
        with socket.create_server(("127.0.0.1", 0)) as s:
            port = s.getsockname()[1]
        with Plugin("check", "tcp", {"host": "127.0.0.1",
                                     "port": port}) as p:
            r = p.call()
            timed = {"host": "127.0.0.1", "port": port, "measure": "time"}
        self.assert_value(r, 0, 1)
        self.assertIn("refused", r["remark"])
        # 0 ms would be the best of all times
        with Plugin("check", "tcp", timed) as p:
            r = p.call()
        self.assertEqual((r["status"], r["stated"]), ("ok", "fail"), r)
        self.assertNotIn("value", r)
        self.assertIn("refused", r["remark"])
        r = self.ask(lambda *_: None, expect="^220", measure="time")
        self.assertEqual((r["stated"], r.get("value")), ("fail", None), r)

    def test_what_may_be_ours_is_unknown(self):
        with Plugin("check", "tcp", {"host": "nowhere.invalid",
                                     "port": 1}) as p:
            self.assert_unknown(p.call(), "no connection")

    def test_no_answer_is_unknown(self):
        """A queue of connections that is full lets none in."""
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            s.listen(0)
            crowd = []
            for _ in range(4):
                c = socket.socket()
                c.setblocking(False)
                c.connect_ex(s.getsockname())
                crowd.append(c)
            with Plugin("check", "tcp", {
                    "host": "127.0.0.1",
                    "port": s.getsockname()[1]}) as p:
                r = p.call(budget_ms=1500)
            for c in crowd:
                c.close()
        self.assert_unknown(r, "stopped")

    def test_banner(self):
        def ssh(_, link):
            link.sendall(b"hello\r\nSSH-2.0-")
            link.sendall(b"OpenSSH_9.2\r\n")
            link.recv(1)

        self.assert_value(self.ask(ssh, expect="^SSH-2"), 1, 1)
        r = self.ask(ssh, expect="^FTP", budget_ms=4000)
        self.assert_unknown(r, "so far it said: hello")

        def closes(_, link):
            link.sendall(b"421 too many\xff\0\x1b[31m connections\r\n")

        r = self.ask(closes, expect="^220")
        self.assert_value(r, 0, 1)
        self.assertIn("something else: 421 too many?", r["remark"])
        r = self.ask(lambda *_: None, expect="^220")
        self.assert_value(r, 0, 1)
        self.assertIn("said nothing", r["remark"])

    def test_a_banner_with_bytes_that_are_no_text(self):
        def mysql(_, link):
            link.sendall(b"J\0\0\0\x0a8.0.36\0\x09\0\0\0caching_sha2\0")
            link.recv(1)

        self.assert_value(self.ask(mysql, expect="8[.]0[.]36"), 1, 1)
        self.assert_value(self.ask(mysql, expect="caching_sha2"), 1, 1)

    def test_a_flood_and_a_drip(self):
        def flood(server, link):
            while True:
                server.sent += link.send(b"x" * 65536)

        r = self.ask(flood, expect="^220")
        self.assert_value(r, 0, 1)

        def drip(_, link):
            while True:
                link.sendall(b"x")
                time.sleep(0.02)        # slow on purpose

        self.assert_unknown(self.ask(drip, expect="^220", budget_ms=1500),
                            "stopped")

    def test_says_something_first(self):
        def redis(_, link):
            if link.recv(100) == b"PING\r\n":
                link.sendall(b"+PONG\r\n")

        self.assert_value(self.ask(redis, send="PING\r\n",
                                   expect="^[+]PONG"), 1, 1)

    def test_options(self):
        for options, words in (
                ({"port": 1, "host": ""}, "host"),
                ({"port": 1, "host": "a b"}, "host"),
                ({"port": 1, "host": "a/b"}, "host"),
                ({"port": 1, "host": "a@b"}, "host"),
                ({"port": 1, "host": "x", "expect": "("}, "expect")):
            self.assertIn(words, refusal("check", "tcp", options) or "")


if __name__ == "__main__":
    main()
