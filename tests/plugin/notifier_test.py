#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Notifiers `console`, `file` and `slack`."""
import fcntl
import json
import os
import re
import resource
import stat
import threading

from host import HOSTILE, Case, Plugin, Server, main, refusal

TEXT = ("CRITICAL shop 2026-01-16  publish will miss 09:00     incident 41\n"
        "why    marts: 0 rows (min 1), postgres dwh\n"
        "look   gatewarden explain 41      quiet  gatewarden ack 41\n")
MESSAGE = {"id": "7", "kind": "opened", "severity": "critical",
           "incident": "41", "title": "publish will miss 09:00",
           "text": TEXT, "why": "marts: 0 rows", "tried": "", "held": "",
           "fix": "", "look": "gatewarden explain 41", "quiet": "",
           "since": "06:12"}


class Console(Case):
    def test_the_text_is_written(self):
        for stream in ("stdout", "stderr"):
            with Plugin("notifier", "console", {"stream": stream}) as p:
                self.assertEqual(p.call(**MESSAGE)["status"], "ok")
                self.assertEqual(p.output(), TEXT)


class File(Case):
    def path(self):
        return os.path.join(self.dir, "messages.log")

    def send(self, **options):
        with Plugin("notifier", "file", {"path": self.path(),
                                         **options}) as p:
            return p.call(**MESSAGE)

    def read(self):
        with open(self.path(), encoding="utf-8") as f:
            return f.read()

    def test_messages_are_appended(self):
        self.assertEqual(self.send()["status"], "ok")
        self.assertEqual(self.send()["status"], "ok")
        self.assertEqual(self.read(), (TEXT + "\n") * 2)
        mode = stat.S_IMODE(os.stat(self.path()).st_mode)
        self.assertEqual(mode, 0o600)

    def test_what_is_there_keeps_its_mode(self):
        self.file("messages.log", "before\n", 0o640)
        self.send()
        self.assertEqual(self.read(), "before\n" + TEXT + "\n")
        mode = stat.S_IMODE(os.stat(self.path()).st_mode)
        self.assertEqual(mode, 0o640)

    def test_json_is_a_line_each(self):
        self.send(format="json")
        self.send(format="json")
        lines = self.read().splitlines()
        self.assertEqual(len(lines), 2)
        o = json.loads(lines[1])
        self.assertEqual((o["text"], o["severity"], o["date"]),
                         (TEXT, "critical", "2026-01-16"))

    def test_what_cannot_be_written_fails(self):
        os.mkdir(self.path())
        self.assert_failed(self.send(), "config", "Is a directory")
        os.rmdir(self.path())
        os.mkfifo(self.path())
        self.assert_failed(self.send(), "config")
        os.remove(self.path())
        with Plugin("notifier", "file", {"path": self.dir + "/no/x"}) as p:
            self.assert_failed(p.call(**MESSAGE), "config", "No such file")
        self.assertIn("absolute", refusal("notifier", "file",
                                          {"path": "x.log"}))

    def test_half_a_message_is_taken_back(self):
        """A limit on the file's size is met in the middle of the text."""
        self.send()
        whole = self.read()
        with Plugin("notifier", "file", {"path": self.path()}) as p:
            resource.prlimit(p.process.pid, resource.RLIMIT_FSIZE,
                             (len(whole) + 20, resource.RLIM_INFINITY))
            self.assert_failed(p.call(**MESSAGE), "transient")
            self.assertEqual(self.read(), whole)

    def test_it_waits_for_the_lock(self):
        self.send()
        with Plugin("notifier", "file", {"path": self.path()}) as p, \
                open(self.path(), "a", encoding="utf-8") as f:
            fcntl.flock(f, fcntl.LOCK_EX)
            self.assert_failed(p.call(budget_ms=300, **MESSAGE),
                               "transient", "timed out")
            p.start(budget_ms=10000, **MESSAGE)
            fcntl.flock(f, fcntl.LOCK_UN)
            self.assertEqual(p.finish()["status"], "ok")


class Slack(Case):
    def send(self, *answers, **message):
        with Server(*answers) as s:
            with Plugin("notifier", "slack",
                        {"webhook": s.url + "/services/T0/s3cr3t\n"}) as p:
                r = p.call(**{**MESSAGE, **message})
                self.assertNotIn("s3cr3t", json.dumps(r) + p.output())
            self.seen = s.seen
            return r

    def payload(self, **message):
        self.assertEqual(self.send((200, {}, "ok"), **message)["status"],
                         "ok")
        method, path, headers, body = self.seen[0]
        self.assertEqual((method, path), ("POST", "/services/T0/s3cr3t"))
        self.assertIn("application/json", headers["Content-Type"])
        self.assertEqual(headers["Idempotency-Key"],
                         "gatewarden-under_test-7")
        o = json.loads(body)
        self.within_limits(o)
        return o

    def within_limits(self, o):
        self.assertLessEqual(len(o["blocks"]), 50)
        header, *sections = o["blocks"]
        self.assertEqual((header["type"], header["text"]["type"]),
                         ("header", "plain_text"))
        self.assertLessEqual(len(header["text"]["text"]), 150)
        self.assertNotIn("\n", header["text"]["text"])
        for s in sections:
            self.assertEqual((s["type"], s["text"]["type"]),
                             ("section", "mrkdwn"))
            self.assertLessEqual(len(s["text"]["text"]), 3000)
        self.assertLess(sum(len(b["text"]["text"]) for b in o["blocks"]),
                        13000)

    def test_a_message(self):
        o = self.payload()
        self.assertEqual(o["text"], "critical nba 2026-01-16: "
                         "publish will miss 09:00")
        self.assertEqual(o["blocks"][0]["text"]["text"], o["text"])
        self.assertEqual(o["blocks"][1]["text"]["text"],
                         "```\n" + TEXT.rstrip("\n") + "\n```")

    def test_texts_mention_nobody(self):
        nasty = "<!channel> & <@U123> <http://x|y> ``` *b* `c` " + \
            " ".join(HOSTILE)
        o = self.payload(title=nasty, text=nasty + "\n")
        body = o["blocks"][1]["text"]["text"]
        inner = body.removeprefix("```\n").removesuffix("\n```")
        self.assertNotIn("```", inner)
        for text in (inner, o["text"]):
            self.assertNotIn("<", text)
            self.assertNotIn(">", text)
            self.assertTrue(re.search("&lt;!channel&gt; &amp; &lt;@U123",
                                      text))

    def test_long_texts_are_cut_between_lines(self):
        lines = [f"line {i}: " + "<é>" * (i % 40) for i in range(150)]
        o = self.payload(text="\n".join(lines) + "\n")
        sections = o["blocks"][1:]
        self.assertGreater(len(sections), 2)
        shown = "\n".join(s["text"]["text"].removeprefix("```\n")
                          .removesuffix("\n```") for s in sections)
        shown = shown.replace("&lt;", "<").replace("&gt;", ">")
        self.assertTrue(shown.endswith("\n... (message 7 is shortened: "
                                       "gatewarden explain 41)"),
                        shown[-80:])
        for a, b in zip(shown.split("\n")[:-1], lines):
            self.assertEqual(a, b)
        self.payload(text="ü" * 8000)
        self.payload(text="<" * 30000)
        self.payload(title="é" * 400, text="x")
        self.payload(text="")

    def test_only_ok_is_delivered(self):
        for status, body, failure, words in (
                (200, "nope", "transient", "answered 200 nope"),
                (200, "", "transient", "answered 200"),
                (200, "okay", "transient", "200 okay"),
                (302, "", "transient", "302"),
                (400, "invalid_payload", "permanent", "invalid_payload"),
                (403, "invalid_token", "config", "invalid_token"),
                (404, "no_service", "permanent", "no_service"),
                (410, "channel_is_archived", "permanent", "archived"),
                (500, "rollup_error", "transient", "rollup_error"),
                (503, "", "transient", "503")):
            r = self.send((status, {"Location": "/x"}, body))
            self.assert_failed(r, failure, words)
            self.assertEqual(len(self.seen), 1)
        self.assertEqual(self.send((200, {}, "ok\n"))["status"], "ok")

    def test_429_says_how_long(self):
        r = self.send((429, {"Retry-After": "30"}, "rate_limited"))
        self.assert_failed(r, "transient", "429 rate_limited")
        self.assertEqual(r["retry_after_ms"], 30000)

    def test_a_webhook_that_is_down(self):
        with Plugin("notifier", "slack",
                    {"webhook": "http://127.0.0.1:1/s3cr3t"}) as p:
            r = p.call(**MESSAGE)
        self.assert_failed(r, "transient", "no answer")
        self.assertNotIn("s3cr3t", r["remark"])
        held = threading.Event()
        try:
            with Server(lambda _: held.wait(10) and None) as s, \
                    Plugin("notifier", "slack", {"webhook": s.url}) as p:
                r = p.call(budget_ms=400, **MESSAGE)
                held.set()
            self.assert_failed(r, "transient")
            # libcurl's clock or ours, whichever is a little faster
            self.assertRegex(r["remark"], "deadline|timed out")
        finally:
            held.set()

    def test_options(self):
        why = refusal("notifier", "slack", {"webhook": "hooks/s3cr3t"})
        self.assertIn("webhook: expected a URL", why)
        self.assertNotIn("s3cr3t", why)


class Webhook(Case):
    def send(self, *answers, options=None, **message):
        with Server(*answers) as s:
            with Plugin("notifier", "webhook",
                        {"url": s.url + "/in/s3cr3t\n", **(options or {})},
                        instance="te am/1") as p:
                r = p.call(**{**MESSAGE, **message})
                self.assertNotIn("s3cr3t", json.dumps(r) + p.output())
            self.seen = s.seen
            return r

    def test_a_message(self):
        r = self.send((202, {}, "queued"), merged=["3", "5"],
                      options={"authorization": "Bearer x",
                               "headers": ["X-Team: night"]})
        self.assertEqual((r["status"], r["remark"]),
                         ("ok", "status 202: queued"))
        method, path, headers, body = self.seen[0]
        self.assertEqual((method, path), ("POST", "/in/s3cr3t"))
        self.assertEqual(headers["Idempotency-Key"],
                         "gatewarden-te%20am%2F1-7")
        self.assertEqual((headers["Authorization"], headers["X-Team"]),
                         ("Bearer x", "night"))
        o = json.loads(body)
        self.assertEqual((o["id"], o["text"], o["merged"], o["pipeline"]),
                         ("7", TEXT, ["3", "5"], "nba"))
        self.assertNotIn("fix", o)

    def test_texts_stay_texts(self):
        nasty = " ".join(HOSTILE) + '"}, {"id": "8'
        self.send((200, {}, ""), title=nasty, text=nasty)
        o = json.loads(self.seen[0][3])
        self.assertEqual((o["id"], o["title"], o["text"]),
                         ("7", nasty, nasty))

    def test_only_success_is_delivered(self):
        for status, failure in ((302, "transient"), (400, "permanent"),
                                (401, "config"), (404, "permanent"),
                                (408, "transient"), (425, "not_yet"),
                                (429, "transient"), (500, "transient"),
                                (503, "transient")):
            r = self.send((status, {"Location": "/x", "Retry-After": "9"},
                           "why"))
            self.assert_failed(r, failure, f"status {status}: why")
            self.assertEqual(r["retry_after_ms"], 9000)
            self.assertEqual(len(self.seen), 1)

    def test_one_that_hangs_up(self):
        def hang_up(handler):
            handler.connection.close()
        r = self.send(hang_up)
        self.assert_failed(r, "transient", "no answer")
        why = refusal("notifier", "webhook", {"url": "s3cr3t"})
        self.assertIn("url: expected a URL", why)
        self.assertNotIn("s3cr3t", why)


if __name__ == "__main__":
    main()
