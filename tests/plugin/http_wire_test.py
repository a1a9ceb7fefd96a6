#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""HTTP as it can go wrong: TLS, endless answers, drips, redirects, 429."""
import email.utils
import os
import ssl
import time

import tls
from host import Case, Plugin, Raw, Server, main, refusal

OK = (200, {"Content-Type": "application/json"}, '{"rows": 12}')


def request_of(link):
    data = b""
    while b"\r\n\r\n" not in data:
        more = link.recv(65536)
        if not more:
            raise OSError("gone")
        data += more
    return data


class Answers(Case):
    def ask(self, server, budget_ms=20000, **options):
        with Plugin("check", "http", {"url": server.url, **options}) as p:
            began = time.monotonic()
            r = p.call(budget_ms=budget_ms)
            self.took = time.monotonic() - began
        return r

    def test_a_body_of_10_gb_that_says_so(self):
        def speak(server, link):
            request_of(link)
            link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240"
                         b"\r\n\r\n")
            while True:
                server.sent += link.send(b"x" * 65536)

        with Raw(speak) as s:
            r = self.ask(s, value_jq=".rows")
        self.assert_unknown(r, "longer than")
        self.assertLess(s.sent, 64 << 20)

    def test_a_body_without_end(self):
        def speak(server, link):
            request_of(link)
            link.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                         b"\r\n\r\n")
            while True:
                server.sent += link.send(b"10000\r\n" + b"x" * 65536 +
                                         b"\r\n")

        with Raw(speak) as s:
            r = self.ask(s, value_jq=".rows")
        self.assert_unknown(r, "longer than")
        self.assertLess(s.sent, 64 << 20)
        self.assertLess(self.took, 20)

    def test_headers_without_end(self):
        def speak(server, link):
            request_of(link)
            link.sendall(b"HTTP/1.1 200 OK\r\n")
            while True:
                server.sent += link.send(b"X-A: b\r\n" * 1000)

        with Raw(speak) as s:
            self.assert_unknown(self.ask(s), "of headers")
        self.assertLess(s.sent, 64 << 20)

    def test_a_drip_ends_at_the_deadline(self):
        def speak(_, link):
            request_of(link)
            link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n"
                         b"\r\n")
            while True:
                link.sendall(b"{")
                time.sleep(0.02)        # a drip is slow on purpose

        with Raw(speak) as s:
            r = self.ask(s, budget_ms=1500, value_jq=".rows")
        self.assert_unknown(r, "stopped")
        self.assertLess(self.took, 20)

    def test_a_drip_of_headers(self):
        def speak(_, link):
            request_of(link)
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 9999:
                link.sendall(bytes([byte]))
                time.sleep(0.02)        # a drip is slow on purpose

        with Raw(speak) as s:
            self.assert_unknown(self.ask(s, budget_ms=1500),
                                "stopped")

    def test_what_is_no_http(self):
        for answer in (b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"\0" * 100,
                       b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                       b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                       b"Content-Length: 7\r\n\r\n12345",
                       b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                       b"\r\n\r\nzz\r\n"):
            def speak(_, link, answer=answer):
                request_of(link)
                link.sendall(answer)

            with self.subTest(answer), Raw(speak) as s:
                self.assert_unknown(self.ask(s, value_jq=".rows"), "")

    def test_invalid_utf8(self):
        for body in (b'{"rows": 0, "x": "\xff\xfe"', b"\xff\xfe",
                     b'{"rows\xc3": 0}', b"\0{\"rows\": 0}"):
            with self.subTest(body), Server((200, {}, body)) as s:
                r = self.ask(s, value_jq=".rows")
                self.assertEqual(r["status"], "unknown", r)
        with Server((503, {}, b"caf\xe9 \xff\0 closed\x1b[31m")) as s:
            self.assert_unknown(self.ask(s), "status 503: caf? ?")

    def test_a_redirect_to_another_host(self):
        with Server(OK) as other:
            for where in (other.url + "/x",
                          f"http://localhost:{other.port}/x",
                          f"//localhost:{other.port}/x",
                          f"http://user@127.0.0.1:{other.port}/x"):
                to = (302, {"Location": where}, "")
                with self.subTest(where), Server(to) as s:
                    r = self.ask(s, redirects=5, authorization="s3cr3t",
                                 secret_headers=[{"name": "X-Key",
                                                  "value": "s3cr3t"}])
                    self.assert_unknown(r, "redirected to another place")
            self.assertEqual(other.seen, [])

    def test_connections_are_kept(self):
        """The server tells a connection by its port."""
        peers = []

        def note(request):
            peers.append(request.client_address)
            request.protocol_version = "HTTP/1.1"
            return OK

        for method, connections in (("GET", 1), ("POST", 3)):
            peers.clear()
            with Server(note) as s, Plugin("check", "http", {
                    "url": s.url, "method": method}) as p:
                s.httpd.RequestHandlerClass.protocol_version = "HTTP/1.1"
                for _ in range(3):
                    self.assert_value(p.call(), 1, 1)
            self.assertEqual(len(set(peers)), connections, method)

    def test_instances_of_a_worker_share_them(self):
        peers = []

        def note(request):
            peers.append(request.client_address)
            return OK

        with Server(note) as s, Plugin("check", "http",
                                       {"url": s.url}) as p:
            s.httpd.RequestHandlerClass.protocol_version = "HTTP/1.1"
            p.open(2, {"url": s.url})
            self.assert_value(p.call(), 1, 1)
            self.assert_value(p.call(to=2), 1, 1)
            p.close(2)
            self.assert_value(p.call(), 1, 1)
        self.assertEqual((len(peers), len(set(peers))), (3, 1))

    def test_a_kept_connection_that_died(self):
        def speak(_, link):     # promises to keep it, and closes it
            request_of(link)
            link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                         b"\r\n{}")

        with Raw(speak) as s, Plugin("check", "http",
                                     {"url": s.url}) as p:
            for _ in range(3):
                self.assert_value(p.call(), 1, 1)
            self.assertEqual(s.connections, 3)

    def test_retry_after_in_both_forms(self):
        when = email.utils.formatdate(time.time() + 90, usegmt=True)
        for text, low, high in (("37", 37000, 37000),
                                (when, 60000, 91000)):
            with Server((429, {"Retry-After": text}, "")) as s, \
                    Plugin("action", "http", {"url": s.url}) as p:
                r = p.call()
                self.assert_failed(r, "transient", "status 429")
                self.assertTrue(low <= r["retry_after_ms"] <= high, r)
            with Server((429, {"Retry-After": text}, "0")) as s:
                self.assert_unknown(self.ask(s), "status 429")

    def test_secret_headers(self):
        with Server(OK) as s:
            r = self.ask(s, headers=["X-One: 1"], secret_headers=[
                {"name": "X-Api-Key", "value": "one"},
                {"name": "X-Token", "value": "two: 2"}])
            self.assert_value(r, 1, 1)
            got = s.seen[0][2]
        self.assertEqual((got["X-One"], got["X-Api-Key"], got["X-Token"]),
                         ("1", "one", "two: 2"))
        for name, value, words in (("X A", "v", "no name of a header"),
                                   ("X:", "v", "no name of a header"),
                                   ("", "v", "no name of a header"),
                                   ("X", "a\nB: c", "more than one line")):
            why = refusal("check", "http", {
                "url": "http://x/", "secret_headers": [
                    {"name": name, "value": value}]})
            self.assertIn(words, why or "")

    def test_a_proxy_is_asked_when_it_is_named(self):
        with Server(OK) as s:
            with Plugin("check", "http", {
                    "url": "http://nowhere.invalid/x",
                    "proxy": s.url}) as p:
                self.assert_value(p.call(), 1, 1)
            self.assertEqual(s.seen[0][1], "http://nowhere.invalid/x")
        for proxy in ("socks5://x", "x:1", "http://a:b@c/", "http://"):
            self.assertIn("proxy", refusal("check", "http", {
                "url": "http://x/", "proxy": proxy}) or "")


class Tls(Case):
    def setUp(self):
        super().setUp()
        if tls.OPENSSL is None:
            self.skipTest("no openssl")
        self.ca = tls.Authority(self.dir)

    def text(self, path):
        with open(path, encoding="ascii") as f:
            return f.read()

    def ask(self, context, url=None, **options):
        with Server(OK, context=context) as s:
            options["url"] = url.format(s.port) if url else s.url
            with Plugin("check", "http", options) as p:
                r = p.call()
            self.seen = s.seen
        return r

    def test_trust(self):
        context = self.ca.server()
        self.assert_value(self.ask(context, ca_file=self.ca.ca,
                                   value_jq=".rows"), 12)
        self.assert_unknown(self.ask(context, authorization="s3cr3t"),
                            "certificate")
        self.assertEqual(self.seen, [])
        other = tls.Authority(os.path.join(self.dir, "other"), "another")
        self.assert_unknown(self.ask(context, ca_file=other.ca),
                            "certificate")
        self.assertEqual(self.seen, [])

    def test_a_certificate_for_another_name(self):
        context = self.ca.server(san="DNS:example.org")
        r = self.ask(context, ca_file=self.ca.ca, authorization="s3cr3t")
        self.assert_unknown(r, "match")
        self.assertEqual(self.seen, [])

    def test_an_expired_certificate(self):
        context = self.ca.server(start="20200101000000Z",
                                 end="20200201000000Z")
        self.assert_unknown(self.ask(context, ca_file=self.ca.ca),
                            "expired")
        self.assertEqual(self.seen, [])

    def test_a_client_certificate(self):
        context = self.ca.server(client_ca=self.ca.ca)
        cert, key = self.ca.issue("client")
        self.assert_value(self.ask(
            context, ca_file=self.ca.ca, client_certificate=cert,
            client_key=self.text(key)), 1, 1)
        self.assert_unknown(self.ask(context, ca_file=self.ca.ca),
                            "no answer")
        _, wrong = self.ca.issue("client2")
        self.assert_unknown(self.ask(
            context, ca_file=self.ca.ca, client_certificate=cert,
            client_key=self.text(wrong)), "no answer")

    def test_trust_is_not_shared(self):
        """A connection of one instance is not for one with another trust."""
        context = self.ca.server(client_ca=self.ca.ca)
        cert, key = self.ca.issue("client")
        with Server(OK, context=context) as s:
            s.httpd.RequestHandlerClass.protocol_version = "HTTP/1.1"
            mine = {"url": s.url, "ca_file": self.ca.ca,
                    "client_certificate": cert,
                    "client_key": self.text(key)}
            with Plugin("check", "http", mine) as p:
                p.open(2, {"url": s.url, "ca_file": self.ca.ca})
                p.open(3, {k: v for k, v in mine.items()
                           if k != "ca_file"})
                p.open(4, {**mine, "tls_min": "1.3"})
                self.assert_value(p.call(), 1, 1)
                self.assert_unknown(p.call(to=2), "no answer")
                self.assert_unknown(p.call(to=3), "certificate")
                self.assert_value(p.call(to=4), 1, 1)
                self.assert_value(p.call(), 1, 1)
        self.assertEqual(len(s.seen), 3)

    def test_the_lowest_version(self):
        context = self.ca.server()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.assert_value(self.ask(context, ca_file=self.ca.ca), 1, 1)
        self.assert_unknown(self.ask(context, ca_file=self.ca.ca,
                                     tls_min="1.3"), "no answer")

    def test_options(self):
        cert, key = self.ca.issue("client")
        locked = os.path.join(self.dir, "locked.key")
        tls.run("pkcs8", "-topk8", "-in", key, "-out", locked, "-passout",
                "pass:x")
        for options, words in (
                ({"ca_file": "/nowhere/ca.pem"}, "ca_file: /nowhere/ca.pem"),
                ({"client_certificate": cert}, "needs client_key"),
                ({"client_key": self.text(key)}, "needs client_certif"),
                ({"client_certificate": cert, "client_key": "s3cr3t"},
                 "no private key"),
                ({"client_certificate": cert,
                  "client_key": self.text(locked)}, "password")):
            with self.subTest(words):
                why = refusal("check", "http",
                              {"url": "https://x/", **options})
                self.assertIn(words, why or "")
                self.assertNotIn("s3cr3t", why)


if __name__ == "__main__":
    main()
