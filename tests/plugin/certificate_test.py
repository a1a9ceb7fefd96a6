#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Check `certificate`, against servers with certificates made here."""
import os
import socket
import ssl
import sys

import tls
from host import BUILD, Case, Plugin, Raw, main, refusal
from tls import stamp

DAY = 86400


def shake(context, link):
    try:
        with context.wrap_socket(link, server_side=True) as s:
            s.recv(1)
    except (OSError, ssl.SSLError):
        pass


class Certificate(Case):
    def setUp(self):
        super().setUp()
        self.ca = tls.Authority(self.dir)

    def ask(self, context, before=lambda link: None, budget_ms=5000,
            **options):
        def speak(_, link):
            before(link)
            shake(context, link)

        options.setdefault("host", "localhost")
        options.setdefault("ca_file", self.ca.ca)
        with Raw(speak) as s, Plugin("check", "certificate", {
                "port": s.port, **options}) as p:
            return p.call(budget_ms=budget_ms)

    def test_days_left(self):
        r = self.ask(self.ca.server(end=stamp(10.5 * DAY)))
        # the authority's own ends first
        self.assertIn(r["value"], (3, 4))
        self.assertNotIn("stated", r)
        ca = tls.Authority(os.path.join(self.dir, "long"), "long", days=900)
        r = self.ask(ca.server(end=stamp(10.5 * DAY)), ca_file=ca.ca)
        self.assert_value(r, 10)
        self.assertNotIn("stated", r)
        e = r["evidence"]
        self.assertEqual((e["subject"], e["issuer"]), ("CN=server",
                                                       "CN=long"))
        self.assertIn("DNS:localhost", e["names"])
        self.assertRegex(e["not_after"], r"^20\d\d-\d\d-\d\d \d\d:")
        self.assertRegex(e["sha256"], "^[0-9a-f]{64}$")

    def test_expired(self):
        r = self.ask(self.ca.server(start=stamp(-9 * DAY),
                                    end=stamp(-2.5 * DAY)))
        self.assert_value(r, -3)
        self.assertEqual(r["stated"], "fail")
        self.assertEqual(r["remark"], "the certificate has expired")

    def test_not_valid_yet(self):
        r = self.ask(self.ca.server(start=stamp(0.5 * DAY),
                                    end=stamp(5 * DAY)))
        self.assertEqual(r["stated"], "fail")
        self.assertIn("isn't valid yet", r["remark"])

    def test_another_name(self):
        context = self.ca.server(san="DNS:example.org,DNS:*.example.net")
        r = self.ask(context)
        self.assertEqual((r["stated"], r["status"]), ("fail", "ok"))
        self.assertIn("another name than localhost", r["remark"])
        for name, good in (("example.org", True), ("EXAMPLE.org", True),
                           ("a.example.net", True), ("a.b.example.net",
                                                     False),
                           ("example.org.evil", False), ("*", False)):
            r = self.ask(context, server_name=name)
            self.assertEqual("stated" not in r, good, (name, r))

    def test_an_address(self):
        context = self.ca.server(san="IP:127.0.0.1")
        r = self.ask(context, host="127.0.0.1")
        self.assertNotIn("stated", r)
        r = self.ask(context)
        self.assertEqual(r["stated"], "fail")

    def test_trust(self):
        other = tls.Authority(os.path.join(self.dir, "other"), "other")
        context = self.ca.server()
        r = self.ask(context, ca_file=other.ca)
        self.assertEqual(r["stated"], "fail")
        self.assertIn("isn't trusted: unable to get", r["remark"])
        r = self.ask(context, ca_file=other.ca, verify=False)
        self.assert_value(r, 1)
        self.assertNotIn("stated", r)
        self.assert_unknown(self.ask(context, ca_file="/nowhere/x"),
                            "ca_file")

    def test_a_server_that_wants_one_of_ours(self):
        r = self.ask(self.ca.server(client_ca=self.ca.ca))
        self.assert_value(r, 1)
        context = self.ca.server(client_ca=self.ca.ca)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.assert_value(self.ask(context), 1)

    def test_starttls(self):
        def lines(*pairs):
            def talk(link):
                for heard, said in pairs:
                    got = b""
                    while not got.endswith(heard):
                        got += link.recv(1)
                    link.sendall(said)
            return talk

        context = self.ca.server()
        for protocol, talk in (
                ("smtp", lines((b"", b"220-hi\r\n220 there\r\n"),
                               (b"EHLO gatewarden\r\n",
                                b"250-x\r\n250-STARTTLS\r\n250 OK\r\n"),
                               (b"STARTTLS\r\n", b"220 go\r\n"))),
                ("imap", lines((b"", b"* OK hi\r\n"),
                               (b"a STARTTLS\r\n",
                                b"* x\r\na OK begin\r\n"))),
                ("pop3", lines((b"", b"+OK hi\r\n"),
                               (b"STLS\r\n", b"+OK go\r\n"))),
                ("postgresql", lines(
                    (b"\0\0\0\x08\x04\xd2\x16\x2f", b"S")))):
            with self.subTest(protocol):
                r = self.ask(context, before=talk, starttls=protocol)
                self.assert_value(r, 1)
                self.assertNotIn("stated", r)
        refuses = lines((b"", b"220 hi\r\n"),
                        (b"EHLO gatewarden\r\n", b"250 OK\r\n"),
                        (b"STARTTLS\r\n", b"502 no\xff\r\n"))
        self.assert_unknown(self.ask(context, before=refuses,
                                     starttls="smtp"), "it says: 502 no?")
        self.assert_unknown(self.ask(
            context, before=lines((b"\x2f", b"N")), starttls="postgresql"),
            "it says: N")

    def test_what_is_no_tls(self):
        for said, protocol, words in (
                (b"HTTP/1.1 400 Bad\r\n\r\n", "none", "no TLS"),
                (b"", "none", "no TLS"),
                (b"x" * 100000, "smtp", "doesn't end"),
                (b"220-x\r\n" * 1000, "smtp", "more than 100 lines"),
                (b"", "imap", "closed the connection")):
            def speak(_, link, said=said):
                link.sendall(said)
                link.shutdown(socket.SHUT_WR)
                while link.recv(65536):
                    pass

            with self.subTest(said[:20]), Raw(speak) as s, \
                    Plugin("check", "certificate", {
                        "host": "localhost", "port": s.port,
                        "starttls": protocol}) as p:
                self.assert_unknown(p.call(), words)

    def test_silence_ends_at_the_deadline(self):
        for protocol in ("none", "smtp"):
            with Raw(lambda _, link: link.recv(1) and link.recv(65536) and
                     link.recv(65536)) as s, \
                    Plugin("check", "certificate", {
                        "host": "localhost", "port": s.port,
                        "starttls": protocol}) as p:
                self.assert_unknown(p.call(budget_ms=1500), "stopped")

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as s:
            port = s.getsockname()[1]
        with Plugin("check", "certificate", {"host": "127.0.0.1",
                                             "port": port}) as p:
            self.assert_unknown(p.call(), "refused")

    def test_a_file(self):
        cert, key = self.ca.issue("a", end=stamp(7.5 * DAY))
        both = self.file("both.pem")
        with open(both, "w", encoding="ascii") as f:
            for path in (cert, self.ca.ca):
                with open(path, encoding="ascii") as g:
                    f.write(g.read())
        for path, options, days in ((cert, {}, 7), (both, {}, None),
                                    (cert, {"server_name": "localhost"},
                                     7)):
            with Plugin("check", "certificate", {"path": path,
                                                 **options}) as p:
                r = p.call()
                self.assertIn(r["value"], (days,) if days else (3, 4))
                self.assertNotIn("stated", r)
        with Plugin("check", "certificate", {
                "path": cert, "server_name": "example.org"}) as p:
            self.assertEqual(p.call()["stated"], "fail")
        with open(both, encoding="ascii") as f:
            text = f.read()
        # half of what a server would show says nothing of the whole
        cut = self.file("cut.pem", text[:-100])
        torn = self.file("torn.pem", text[:-200] + "!" + text[-199:])
        for path in (cut, torn):
            with Plugin("check", "certificate", {"path": path}) as p:
                self.assert_unknown(p.call(), path)
        for path in (key, "/nowhere/x.pem", self.file("empty")):
            with Plugin("check", "certificate", {"path": path}) as p:
                self.assert_unknown(p.call(), path)

    def test_options(self):
        for options in ({}, {"host": "x", "path": "/y"}, {"host": "a b"},
                        {"server_name": "x"}):
            self.assertIn("host", refusal("check", "certificate",
                                          options) or "")


if __name__ == "__main__":
    if tls.OPENSSL is None:
        print("skipped: no openssl")
        sys.exit(77)
    if not os.path.exists(os.path.join(
            BUILD, "plugins/check/.libs/check-certificate.so")):
        print("skipped: built without OpenSSL")
        sys.exit(77)
    main()
