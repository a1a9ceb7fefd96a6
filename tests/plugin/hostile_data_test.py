#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Whatever a parameter holds, it arrives as data: in SQL, URLs, JSON, argv,
Slack, mail headers, HTML and log records. For each context the same property,
over texts that have broken something somewhere and over random ones: what the
far end reads is what was sent, and nothing beside it.
"""
import email
import email.policy
import html
import html.parser
import json
import os
import random
import re
import socket
import sqlite3
import sys
import urllib.parse

from host import HOSTILE, Case, Plugin, Server, main

BIDI = "\u202egnp.exe\u202c", "\u2066x\u2069", "\u200fabc"
FIXED = (*HOSTILE, *BIDI, "2026-02-30", "2026-13-45'; --", "tomorrow",
         "0000-00-00T99", "a\r\nBcc: evil@example.org", "\r", "\n.\n", "\x1b[2J",
         "\x7f", "=?UTF-8?Q?x?=", "<!channel>", "<@U1>", "```", "{{date}}",
         "</pre><script>x</script>", "&lt;", "&amp;amp;", "%00", "%0a", ".", "..",
         "../../etc/passwd", "?", "#", "\U0001f600", "e\u0301", "\ufeff",
         "\ufffd", "\u2028", "x" * 60000, "'" * 20000, "é" * 9000)
ALPHABET = "'\"`\\$(){}<>&;|%#?/=+:@,.*!~^-_ \t\r\nabz09\x01\x1b\x7f" \
    "é\u200b\u202e\u2028\ufeff\U0001f600"
# A packet to the host holds 64 KiB: several times as much, or once.
LONG, ONCE = 15000, 62000


def texts(seed, most=LONG, n=60):
    """The same for each run."""
    r = random.Random(seed)
    found = [t for t in FIXED if len(t.encode()) <= most]
    for _ in range(n):
        found.append("".join(r.choice(ALPHABET)
                             for _ in range(r.randint(1, 80))))
    return found


def one_line(s):
    """A header's or a record's view: control characters are blanks."""
    return " ".join(re.sub("[\x00-\x1f\x7f]", " ", s).split())


class Sql(Case):
    def test_sqlite(self):
        path = os.path.join(self.dir, "t.db")
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE t (x TEXT)")
        some = list(dict.fromkeys(texts(1, ONCE)))
        db.executemany("INSERT INTO t VALUES (?)", [(s,) for s in some])
        db.commit()
        options = {"database": {"driver": "sqlite", "path": path},
                   "value": "SELECT count(*) FROM t WHERE x = :date"}
        with Plugin("check", "sql", options) as p:
            for s in some:
                with self.subTest(s[:40]):
                    self.assert_value(p.call(date=s), 1)
            self.assert_value(p.call(date="never' OR '1'='1"), 0)
        self.assertEqual(db.execute("SELECT count(*) FROM t").fetchone(),
                         (len(some),))
        db.close()


class Url(Case):
    def test_a_value_stays_in_its_segment(self):
        for kind, name in (("check", "http"), ("action", "http")):
            with Server((200, {}, "{}")) as s, Plugin(kind, name, {
                    "url": s.url + "/a/{date}/b?x={pipeline}&y=1"}) as p:
                for text in texts(2):
                    if len(urllib.parse.quote(text)) > 30000:
                        continue
                    n = len(s.seen)
                    r = p.call(date=text, pipeline=text, phase="x",
                               operation="1", attempt="1")
                    if text in (".", ".."):     # a step in a path
                        self.assertNotEqual(r["status"], "ok")
                        self.assertIn("no name in a URL", r["remark"])
                        self.assertEqual(len(s.seen), n)
                        continue
                    path = s.seen[-1][1]
                    u = urllib.parse.urlsplit(path)
                    _, a, date, b = u.path.split("/")
                    self.assertEqual((a, urllib.parse.unquote(date), b),
                                     ("a", text, "b"))
                    self.assertEqual(urllib.parse.parse_qsl(
                        u.query, True, True), [("x", text), ("y", "1")])
                    self.assertNotIn("\n", path)


class Json(Case):
    ACTION = {"phase": "x", "operation": "1", "attempt": "1"}

    def test_a_value_stays_in_its_string(self):
        body = json.dumps({"d": "on {date}", "m": "{missing}",
                           "p": ["{pipeline}"], "o": "{operation}"})
        with Server((200, {}, "{}")) as s, Plugin("action", "http", {
                "url": s.url, "body": body}) as p:
            for text in texts(3):
                r = p.call(date=text, pipeline="n", missing=[text, "x"],
                           **{**self.ACTION, "operation": "o" + text})
                self.assertEqual(r["status"], "ok", r)
                self.assertEqual(json.loads(s.seen[-1][3]), {
                    "d": "on " + text, "m": [text, "x"], "p": ["n"],
                    "o": "o" + text})

    def test_messages(self):
        body = json.dumps({"alias": "{pipeline}", "message": "{title}"})
        with Server((202, {}, "")) as s, Plugin("notifier", "webhook", {
                "url": s.url, "body": body}) as shaped, \
                Plugin("notifier", "webhook", {"url": s.url}) as plain, \
                Plugin("notifier", "pagerduty", {
                    "routing_key": "k" * 32, "endpoint": s.url}) as page, \
                Plugin("notifier", "teams", {"workflow": s.url}) as teams:
            for text in texts(4):
                m = {"id": "7", "kind": "opened", "severity": "critical",
                     "incident": "4", "title": text, "text": text}
                seen = []
                for p in (shaped, plain, page, teams):
                    self.assertEqual(p.call(**m)["status"], "ok")
                    seen.append(json.loads(s.seen[-1][3]))
                self.assertEqual(seen[0], {"alias": "nba", "message": text})
                self.assertEqual((seen[1]["title"], seen[1]["text"]),
                                 (text, text))
                details = seen[2]["payload"]["custom_details"]
                self.assertEqual((details["title"], seen[2]["dedup_key"]),
                                 (text, "gatewarden/nba/4"))
                card = seen[3]["attachments"][0]["content"]["body"]
                self.assertEqual({b["type"] for b in card},
                                 {"RichTextBlock"})


class Argv(Case):
    PROGRAM = ("import json, os, sys; "
               "json.dump(sys.argv[2:], open(sys.argv[1], 'w'))")

    def words(self, out):
        with open(out, encoding="utf-8") as f:
            return json.load(f)

    def test_a_value_is_one_word(self):
        out = os.path.join(self.dir, "out")
        start = [sys.executable, "-c", self.PROGRAM, out]
        with Plugin("action", "exec", {"argv": start + [
                "{date}", "--x={pipeline}", "{missing}", "end"]}) as act, \
                Plugin("notifier", "exec", {"argv": start + [
                    "{title}", "-{text}-"]}) as tell:
            for text in texts(5, n=25):
                r = act.call(date=text, pipeline=text, phase="x",
                             operation="1", attempt="1",
                             missing=[text, "b", text])
                self.assertEqual(r["status"], "ok", r)
                self.assertEqual(self.words(out), [
                    text, "--x=" + text, text, "b", text, "end"])
                r = tell.call(title=text, text=text, id="1")
                self.assertEqual(r["status"], "ok", r)
                self.assertEqual(self.words(out), [text, f"-{text}-"])
        self.assertEqual(os.listdir(self.dir), ["out"])


class Slack(Case):
    def check(self, blocks, text):
        shown = ""
        for b in blocks:
            if b["type"] != "section":
                continue
            t = b["text"]["text"]
            inner = t.removeprefix("```\n").removesuffix("\n```")
            self.assertNotIn("```", inner)
            shown += ("\n" if shown else "") + inner
        self.assertFalse(set(shown) & set("<>"))
        self.assertEqual(re.sub("&(amp|lt|gt);", "", shown).count("&"), 0)
        plain = html.unescape(shown).replace("\u200b", "")
        expected = text.replace("\u200b", "").rstrip("\n")
        if len(text) < 1000 and "\n" not in text:
            self.assertEqual(plain, expected)

    def test_it_speaks_to_nobody(self):
        m = {"id": "7", "kind": "test", "severity": "info"}
        with Server((200, {}, "ok")) as s, Plugin("notifier", "slack", {
                "webhook": s.url}) as p:
            for text in texts(6, ONCE):
                r = p.call(title=text[:900], text=text, **m)
                self.assertEqual(r["status"], "ok", r)
                o = json.loads(s.seen[-1][3])
                self.check(o["blocks"], text)
                self.assertFalse(set(o["text"]) & set("<>"))
                head = o["blocks"][0]["text"]
                self.assertEqual(head["type"], "plain_text")
                self.assertNotIn("\n", head["text"])


class Tags(html.parser.HTMLParser):
    """The elements of a page, and the text of its <pre>."""
    def __init__(self):
        super().__init__()
        self.tags, self.attrs, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attrs += [k for k, _ in attrs]

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "pre":
            self.text += data


class Mail(Case):
    def setUp(self):
        super().setUp()
        try:
            from aiosmtpd.controller import Controller
        except ImportError:
            self.skipTest("python3-aiosmtpd is not installed")
        self.mails = []
        outer = self

        class Far:
            async def handle_DATA(self, _server, _session, envelope):
                outer.mails.append(envelope)
                return "250 OK"

        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        far = Controller(Far(), hostname="127.0.0.1", port=port)
        far.start()
        self.addCleanup(far.stop)
        self.options = {"server": f"smtp://127.0.0.1:{port}", "tls": "none",
                        "from": "a@example.org", "to": ["b@example.org"]}

    def send(self, p, text):
        r = p.call(id="7", kind="opened", severity="critical", incident="4",
                   title=text[:900], text=text)
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(self.mails[-1].rcpt_tos, ["b@example.org"])
        return self.mails[-1].content

    def test_headers_and_html(self):
        names = html_tags = None
        with Plugin("notifier", "email", self.options) as p:
            for text in texts(7, ONCE):
                with self.subTest(text[:40]):
                    raw = self.send(p, text)
                    m = email.message_from_bytes(
                        raw, policy=email.policy.default)
                    names = names or m.keys()
                    self.assertEqual(m.keys(), names)
                    subject = one_line(str(m["Subject"]))
                    self.assertEqual(subject[:100], one_line(
                        "[critical] nba 2026-01-16: " + text)[:100])
                    page = m.get_body(("html",)).get_content()
                    t = Tags()
                    t.feed(page)
                    t.close()
                    html_tags = html_tags or t.tags
                    self.assertEqual(t.tags, html_tags)
                    self.assertEqual(set(t.attrs),
                                     {"charset", "name", "content", "style"})
                    self.assertEqual(
                        one_line(t.text.replace("\ufffd", " ")),
                        one_line(text.replace("\ufffd", " ")))


class Records(Case):
    def test_a_record_is_a_line(self):
        path = os.path.join(self.dir, "log")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as far, \
                Plugin("notifier", "syslog", {"socket": path}) as p:
            far.bind(path)
            far.settimeout(10)
            for text in texts(8):
                if text.count("\n") > 3:
                    continue
                r = p.call(id="7", kind="opened", severity="critical",
                           title=text, text="")
                self.assertEqual(r["status"], "ok", r)
                record = far.recv(1 << 17).decode()
                self.assertTrue(record.startswith("<26>"))
                self.assertTrue(all(c >= " " and c != "\x7f"
                                    for c in record))
                self.assertEqual(one_line(record.split(": ", 2)[2])[:3900],
                                 one_line(text)[:3900])


class Nul(Case):
    def test_a_nul_never_gets_in(self):
        """No text of ours can hold one; a packet that does is no packet."""
        for where in ("date", "title"):
            with self.assertRaises(AssertionError):
                with Plugin("notifier", "console") as p:
                    p.call(**{where: "a\0b", "text": "x"})

    def test_a_nul_from_outside_stays_outside(self):
        with Server((500, {}, b"no\0t\xffhis\x1b[2J")) as s, Plugin(
                "notifier", "webhook", {"url": s.url}) as p:
            r = p.call(id="1", title="x", text="y")
            self.assert_failed(r, "transient", "status 500: no")
            self.assertTrue(r["remark"].isprintable(), r)
        program = r"printf 'a\0b\377\n' >&2; exit 1"
        with Plugin("notifier", "exec", {
                "argv": ["/bin/sh", "-c", program]}) as p:
            r = p.call(id="1", title="x", text="y")
            self.assert_failed(r, "transient", ": a")
            self.assertTrue(r["remark"].isprintable(), r)


if __name__ == "__main__":
    main()
