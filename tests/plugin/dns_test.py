#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Check `dns` against a server on loopback that answers what it is told."""
import os
import socket
import struct
import sys
import threading

from host import BUILD, Case, Plugin, main, refusal

A, NS, CNAME, PTR, MX, TXT, AAAA, SRV, CAA = 1, 2, 5, 12, 15, 16, 28, 33, 257
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
RA, AA, TC = 0x0080, 0x0400, 0x0200


def name(text):
    return b"".join(bytes([len(x)]) + x.encode() for x in
                    text.split(".") if x) + b"\0"


def record(kind, data, ttl=300, owner=b"\xc0\x0c"):
    return owner + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


class Dns:
    """By UDP and TCP on one port. `answer` is (flags, records), a function
    of the question's packet that gives bytes, or None for silence; one that
    is cut by UDP is whole by TCP."""
    def __init__(self, answer):
        self.answer, self.asked = answer, []
        for _ in range(50):     # a port that both have free
            self.tcp = socket.create_server(("127.0.0.1", 0))
            self.port = self.tcp.getsockname()[1]
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                self.udp.bind(("127.0.0.1", self.port))
                break
            except OSError:
                self.tcp.close()
                self.udp.close()

    def reply(self, query, by):
        end = query.index(b"\0", 12) + 5
        self.asked.append((by, query[12:end]))
        if callable(self.answer):
            return self.answer(query)
        if self.answer is None:
            return None
        flags, records = self.answer
        if by == "tcp":
            flags &= ~TC
        elif flags & TC:
            records = []
        return query[:2] + struct.pack("!HHHHH", 0x8100 | flags, 1,
                                       len(records), 0, 0) + \
            query[12:end] + b"".join(records)

    def by_udp(self):
        while True:
            try:
                query, peer = self.udp.recvfrom(4096)
            except OSError:
                return
            if not query:
                return
            data = self.reply(query, "udp")
            if data is not None:
                self.udp.sendto(data, peer)

    def by_tcp(self):
        while True:
            try:
                link, _ = self.tcp.accept()
            except OSError:
                return
            with link:
                head = link.recv(2)
                if len(head) < 2:
                    continue
                query = link.recv(struct.unpack("!H", head)[0])
                data = self.reply(query, "tcp")
                if data is not None:
                    link.sendall(struct.pack("!H", len(data)) + data)

    def __enter__(self):
        for target in (self.by_udp, self.by_tcp):
            threading.Thread(target=target, daemon=True).start()
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"", ("127.0.0.1", self.port))
        self.tcp.shutdown(socket.SHUT_RDWR)
        self.tcp.close()
        self.udp.close()


ADDRESS = record(A, bytes([192, 0, 2, 7]))


class Records(Case):
    def ask(self, answer, budget_ms=5000, **options):
        options.setdefault("domain", "www.example.org")
        with Dns(answer) as s, Plugin("check", "dns", {
                "server": f"127.0.0.1:{s.port}", **options}) as p:
            r = p.call(budget_ms=budget_ms)
            self.asked = s.asked
        return r

    def test_exists(self):
        r = self.ask((RA, [ADDRESS]))
        self.assert_value(r, 1, 1)
        self.assertEqual(r["evidence"], {"records": "192.0.2.7",
                                         "ttl": "300"})
        self.assertEqual(self.asked, [("udp", name("www.example.org") +
                                       struct.pack("!HH", A, 1))])
        # a name without a dot is not looked for elsewhere
        self.assert_value(self.ask((RA, [ADDRESS]), domain="www"), 1, 1)
        self.assertEqual(self.asked[0][1][:5], b"\x03www\0")

    def test_none_is_measured(self):
        r = self.ask((RA | NXDOMAIN, []))
        self.assert_value(r, 0, 1)
        self.assertIn("NXDOMAIN", r["remark"])
        self.assert_value(self.ask((RA, [])), 0, 1)
        self.assert_value(self.ask((AA, [])), 0, 1)
        alias = record(CNAME, name("gone.example.net"))
        self.assert_value(self.ask((RA | NXDOMAIN, [alias])), 0, 1)
        r = self.ask((RA | NXDOMAIN, []), expected=["192.0.2.7"])
        self.assert_value(r, 0, 1)
        self.assertEqual(r["missing"], ["192.0.2.7"])

    def test_could_not_tell(self):
        for flags, words in ((RA | SERVFAIL, "SERVFAIL"),
                             (RA | REFUSED, "REFUSED"),
                             (RA | FORMERR, ""), (RA | NOTIMP, ""),
                             (0, "neither knows the zone nor asks")):
            with self.subTest(words):
                self.assert_unknown(self.ask((flags, [])), words)
        self.assert_unknown(self.ask(None, budget_ms=1500), "")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        with Plugin("check", "dns", {"domain": "x.example",
                                     "server": f"127.0.0.1:{port}"}) as p:
            self.assert_unknown(p.call(budget_ms=3000), "")

    def test_what_cannot_be_read(self):
        def damaged(records):
            return lambda q: q[:2] + struct.pack(
                "!HHHHH", 0x8180, 1, len(records), 0, 0) + \
                q[12:q.index(b"\0", 12) + 5] + b"".join(records)

        loop = record(CNAME, b"\xc0\x2d")
        for answer in (damaged([record(A, b"\1\2\3")]),
                       damaged([ADDRESS[:-2]]),
                       damaged([record(A, b"")]),
                       lambda q: q[:2] + b"\x81\x80" + b"\xff" * 8):
            r = self.ask(answer, budget_ms=1500)
            self.assertEqual(r["status"], "unknown", r)
        for kind, data in (("MX", b"\0"), ("TXT", b"\x09abc"),
                           ("SRV", b"\0\1\0\2"), ("CAA", b"\0\x20is"),
                           ("AAAA", b"\0" * 15), ("NS", b"\x3fx")):
            r = self.ask(damaged([record(globals()[kind], data)]),
                         type=kind, budget_ms=1500)
            self.assertEqual(r["status"], "unknown", (kind, r))
        r = self.ask(damaged([loop]), type="CNAME", budget_ms=1500)
        self.assertEqual(r["status"], "unknown", r)

    def test_a_stranger_is_not_heard(self):
        """An answer with another id is not one; there is none then."""
        r = self.ask(lambda q: bytes([q[0] ^ 1]) + q[1:2] + struct.pack(
            "!HHHHH", 0x8180, 1, 0, 0, 0) + q[12:], budget_ms=1500)
        self.assert_unknown(r, "")

    def test_expected(self):
        both = (RA, [ADDRESS, record(A, bytes([192, 0, 2, 9]), ttl=7)])
        r = self.ask(both, expected=["192.0.2.7", "192.0.2.8"])
        self.assert_value(r, 1, 2)
        self.assertEqual(r["missing"], ["192.0.2.8"])
        self.assertNotIn("extra", r)
        self.assertEqual(r["evidence"]["ttl"], "7")
        r = self.ask(both, expected=["192.0.2.7"], exact=True)
        self.assert_value(r, 1, 1)
        self.assertEqual(r["extra"], ["192.0.2.9"])

    def test_types(self):
        for kind, data, text in (
                ("AAAA", socket.inet_pton(socket.AF_INET6, "2001:db8::1"),
                 "2001:DB8:0::1"),
                ("MX", struct.pack("!H", 10) + name("Mail.Example.ORG"),
                 "10 mail.example.org."),
                ("NS", name("ns1.example.org"), "NS1.example.org"),
                ("PTR", name("host.example.org"), "host.example.org"),
                ("CNAME", b"\x01a\xc0\x0c", "a.www.example.org"),
                ("SRV", struct.pack("!HHH", 1, 2, 5432) +
                 name("db.example.org"), "1 2 5432 db.example.org"),
                ("TXT", b"\x07v=spf1 \x04-all", "v=spf1 -all"),
                ("CAA", b"\0\x05issueca.example", "0 issue ca.example")):
            with self.subTest(kind):
                r = self.ask((RA, [record(globals()[kind], data)]),
                             type=kind, expected=[text], exact=True)
                self.assert_value(r, 1, 1)
                self.assertNotIn("extra", r)
        r = self.ask((RA, [record(CNAME, name("x.example")), ADDRESS]),
                     expected=["192.0.2.7"], exact=True)
        self.assert_value(r, 1, 1)      # behind an alias
        r = self.ask((RA, [record(TXT, b"\x05a\xff\x00\nb")]), type="TXT")
        self.assertEqual(r["evidence"]["records"], "a?  b")

    def test_long_answers_go_on_by_tcp(self):
        many = [record(A, bytes([192, 0, 2, i])) for i in range(200)]
        r = self.ask((RA | TC, many),
                     expected=[f"192.0.2.{i}" for i in range(200)])
        self.assert_value(r, 200, 200)
        self.assertEqual([by for by, _ in self.asked], ["udp", "tcp"])
        r = self.ask((RA, [ADDRESS]), tcp=True)
        self.assert_value(r, 1, 1)
        self.assertEqual([by for by, _ in self.asked], ["tcp"])

    def test_a_lost_packet_is_sent_again(self):
        seen = []

        def second(query):
            seen.append(query)
            if len(seen) < 2:
                return None
            end = query.index(b"\0", 12) + 5
            return query[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0) + \
                query[12:end] + ADDRESS

        self.assert_value(self.ask(second), 1, 1)
        self.assertEqual(len(seen), 2)

    def test_options(self):
        good = {"domain": "x.example"}
        for options, words in (
                ({"domain": ""}, "domain"), ({"domain": "a b"}, "domain"),
                ({"domain": "x" * 300}, "domain"),
                ({**good, "server": "ns.example"}, "server"),
                ({**good, "server": "192.0.2.1,192.0.2.2"}, "server"),
                ({**good, "expected": ["1.2.3"]}, "no address"),
                ({**good, "type": "AAAA", "expected": ["1.2.3.4"]},
                 "no address"),
                ({**good, "expected": ["192.0.2.1", "192.0.2.1"]},
                 "twice")):
            with self.subTest(options):
                self.assertIn(words, refusal("check", "dns", options) or "")


if __name__ == "__main__":
    if not os.path.exists(os.path.join(
            BUILD, "plugins/check/.libs/check-dns.so")):
        print("skipped: built without c-ares")
        sys.exit(77)
    main()
