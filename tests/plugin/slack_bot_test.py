#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Notifier `slack` by a bot's token: one post per incident, edited in place,
against a Slack of our own that keeps what is posted."""
import json

from host import HOSTILE, Case, Plugin, Server, main, refusal

TOKEN = "xoxb-owl-s3cr3t"
MESSAGE = {"id": "7", "kind": "opened", "severity": "critical",
           "incident": "41", "title": "publish will miss 09:00",
           "text": "CRITICAL shop\nwhy    marts: 0 rows\n",
           "why": "marts: 0 rows", "look": "gatewarden explain 41",
           "quiet": "gatewarden ack 41 --until 2h", "since": "06:12"}


class Workspace:
    """The far end: what has been posted, by its number, in order."""
    def __init__(self):
        self.posts, self.asked, self.errors = {}, [], {}

    def answer(self, handler):
        body = json.loads(handler.body)
        method = handler.path.removeprefix("/api/")
        self.asked.append((method, body))
        if handler.headers["Authorization"] != f"Bearer {TOKEN}":
            return self.say(ok=False, error="invalid_auth")
        where = "thread" if "thread_ts" in body else method
        for key in (where, len(self.asked)):
            if key in self.errors:
                e = self.errors[key]
                return e if isinstance(e, tuple) else \
                    self.say(ok=False, error=e)
        if method == "chat.postMessage":
            ts = f"1768.{len(self.posts):06d}"
            self.posts[ts] = body
        else:
            ts = body["ts"]
            if ts not in self.posts or body["channel"] != "C0X":
                return self.say(ok=False, error="message_not_found")
            self.posts[ts] = body
        return self.say(ok=True, channel="C0X", ts=ts)

    def say(self, **what):
        return 200, {"Content-Type": "application/json"}, json.dumps(what)

    def in_channel(self):
        return [p for p in self.posts.values() if "thread_ts" not in p]

    def in_thread(self):
        return [p for p in self.posts.values() if "thread_ts" in p]


class Bot(Case):
    def setUp(self):
        super().setUp()
        self.slack = Workspace()
        server = Server(self.slack.answer)
        server.__enter__()
        self.addCleanup(server.__exit__)
        self.options = {"token": TOKEN + "\n", "channel": "#alerts",
                        "endpoint": server.url + "/api/"}
        self.receipt = None

    def send(self, **message):
        """In a process of its own, as the daemon does; keeps the receipt."""
        message = {**MESSAGE, **message}
        if self.receipt is not None:
            message["receipt"] = self.receipt
        with Plugin("notifier", "slack", self.options) as p:
            r = p.call(**message)
            self.assertNotIn("s3cr3t", json.dumps(r) + p.output())
        if message["incident"] == "41" and "receipt" in r:
            self.receipt = r["receipt"]
        return r

    def delivered(self, **message):
        r = self.send(**message)
        self.assertEqual(r["status"], "ok", r)

    def top(self):
        post, = self.slack.in_channel()
        return post

    def test_an_incident_is_one_post(self):
        self.delivered()
        self.assertEqual(self.receipt, "#alerts C0X 1768.000000 7")
        self.assertIn("critical nba 2026-01-16: publish will miss 09:00",
                      self.top()["text"])
        self.assertIn("incident 41, opened, since 06:12",
                      json.dumps(self.top()["blocks"]))
        self.delivered(id="8", kind="worse", title="publish missed 09:00")
        self.delivered(id="9", kind="resolved", severity="info",
                       title="publish is done", quiet="")
        self.assertIn("publish is done", self.top()["text"])
        self.assertIn("incident 41 is over", json.dumps(self.top()["blocks"]))
        self.assertEqual([p["thread_ts"] for p in self.slack.in_thread()],
                         ["1768.000000"] * 3)
        # an edit makes no sound: what is worse is shown to all
        self.assertEqual([p.get("reply_broadcast", False)
                          for p in self.slack.in_thread()],
                         [False, True, False])
        self.assertEqual([m for m, _ in self.slack.asked], [
            "chat.postMessage", "chat.postMessage", "chat.update",
            "chat.postMessage", "chat.update", "chat.postMessage"])

    def test_a_try_that_ended_in_between_posts_nothing_twice(self):
        for wait in ("30", "Fri, 31 Dec 2199 23:59:59 GMT"):
            with self.subTest(wait):
                self.slack.errors["thread"] = (429, {"Retry-After": wait},
                                               "")
                r = self.send()
                self.assert_failed(r, "transient", "429")
                self.assertGreaterEqual(r["retry_after_ms"], 30000)
        del self.slack.errors["thread"]
        self.delivered()
        self.assertEqual(len(self.slack.in_channel()), 1)
        self.assertEqual(len(self.slack.in_thread()), 1)

    def test_what_is_gone_is_posted_anew(self):
        for error in ("message_not_found", "edit_window_closed",
                      "cant_update_message"):
            with self.subTest(error):
                self.delivered(id="7")
                n = len(self.slack.in_channel())
                self.slack.errors = {"chat.update": error}
                self.delivered(id="8", kind="worse")
                self.assertEqual(len(self.slack.in_channel()), n + 1)
                self.assertTrue(self.receipt.endswith(" 8"))
                self.slack.errors = {}

    def test_another_channel_is_another_post(self):
        self.delivered()
        self.options["channel"] = "C0Y"
        self.delivered(id="8", kind="worse")
        self.assertEqual([p["channel"] for p in self.slack.in_channel()],
                         ["#alerts", "C0Y"])

    def test_receipts_of_others_are_none(self):
        for receipt in ("", "x", "#alerts C0X", "#alerts C0X  7",
                        "#alerts " + "C" * 300 + " 1 7", "\u202e a b c"):
            with self.subTest(receipt):
                self.receipt = receipt
                self.delivered(id="8", kind="worse")
        self.assertEqual(len(self.slack.in_channel()), 6)

    def test_a_message_of_no_incident_is_a_post_of_its_own(self):
        for incident in ("", "0"):
            r = self.send(incident=incident, kind="test")
            self.assertEqual(r["status"], "ok")
            self.assertNotIn("receipt", r)
        self.assertEqual(len(self.slack.in_channel()), 2)
        self.assertEqual(self.slack.in_thread(), [])
        self.assertIn("marts: 0 rows", json.dumps(self.top_all()[0]))

    def top_all(self):
        return self.slack.in_channel()

    def test_errors_have_classes(self):
        for error, failure in (
                ("channel_not_found", "config"), ("not_in_channel", "config"),
                ("token_revoked", "config"), ("missing_scope", "config"),
                ("is_archived", "config"), ("invalid_blocks", "permanent"),
                ("msg_too_long", "permanent"), ("ratelimited", "transient"),
                ("internal_error", "transient"),
                ("never_heard_of", "transient")):
            self.slack.errors = {"chat.postMessage": error}
            self.assert_failed(self.send(), failure, error)
        for answer, failure, words in (
                ((200, {}, "<html>log in</html>"), "transient", "log in"),
                ((200, {}, '{"ok": "yes"}'), "transient", "status 200"),
                ((200, {}, b"\xff\xfe"), "transient", "status 200"),
                ((302, {"Location": "http://localhost/x"}, ""), "config",
                 "302"),
                ((404, {}, ""), "config", "404"),
                ((503, {"Retry-After": "7"}, ""), "transient", "503")):
            self.slack.errors = {"chat.postMessage": answer}
            self.assert_failed(self.send(), failure, words)
        self.assertEqual(self.slack.posts, {})
        self.options["token"] = "other"
        self.slack.errors = {}
        self.assert_failed(self.send(), "config", "invalid_auth")

    def test_texts_mention_nobody(self):
        nasty = "<!channel> & <@U123> <http://x|y> ``` `c` " + \
            " ".join(HOSTILE)
        self.delivered(title=nasty, text=nasty, why=nasty * 100)
        for post in self.slack.posts.values():
            for text in [post["text"]] + [
                    b["text"]["text"] for b in post["blocks"]
                    if b["type"] == "section"]:
                self.assertNotIn("<", text)
                self.assertLessEqual(len(text), 3000)
                self.assertLessEqual(text.count("```"), 2)

    def test_options(self):
        ok = dict(self.options)
        for wrong, words in (
                ({"webhook": "https://hooks.slack.com/x"}, "either"),
                ({"token": None}, "either"),
                ({"channel": None}, "channel: expected"),
                ({"channel": "a b"}, "channel: expected"),
                ({"endpoint": "http://slack.example/api"}, "https://")):
            options = {k: v for k, v in {**ok, **wrong}.items() if v}
            self.assertIn(words, refusal("notifier", "slack", options) or "")


if __name__ == "__main__":
    main()
