#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Notifiers that post to a service: `pagerduty`, `teams`, `ntfy`, and what
`webhook` signs and shapes."""
import base64
import hashlib
import hmac
import json
import time

from host import HOSTILE, Case, Plugin, Refused, Server, main, refusal

KEY = "0123456789abcdef0123456789abcdef"
MESSAGE = {"id": "7", "kind": "opened", "severity": "critical",
           "incident": "41", "title": "publish will miss 09:00",
           "text": "CRITICAL shop\nwhy    marts: 0 rows\n",
           "why": "marts: 0 rows", "look": "gatewarden explain 41",
           "runbook": "https://wiki.example/publish", "since": "06:12"}


class Posting(Case):
    plugin, url, options = "", "", {}
    receipt = ""

    def send(self, *answers, **message):
        with Server(*answers) as s:
            with Plugin("notifier", self.plugin, {
                    **self.options, self.url: s.url + "/s3cr3t"}) as p:
                r = p.call(**{**MESSAGE, **message})
                for secret in ("s3cr3t", KEY):
                    self.assertNotIn(secret, json.dumps(r) + p.output())
            self.seen = s.seen
            return r

    def posted(self, status, **message):
        r = self.send((status, {}, self.receipt), **message)
        self.assertEqual(r["status"], "ok", r)
        method, _, headers, body = self.seen[0]
        self.assertEqual(method, "POST")
        self.assertIn("application/json", headers["Content-Type"])
        self.assertEqual(headers["Idempotency-Key"],
                         "gatewarden-under_test-7")
        return json.loads(body)

    def refuses(self, *more):
        """What every service may answer, and `more`."""
        for status, headers, body, failure in (
                (400, {}, "bad", "permanent"), (401, {}, "", "config"),
                (403, {}, "", "config"), (413, {}, "", "permanent"),
                (302, {"Location": "http://localhost/login"}, "",
                 "transient"),
                (500, {}, "<html>", "transient"),
                (503, {}, b"\xff\xfe\x00", "transient"), *more):
            with self.subTest(status=status, body=body):
                r = self.send((status, headers, body))
                self.assert_failed(r, failure, f"answered {status}")
                self.assertEqual(len(self.seen), 1)
        for wait, least in (("30", 30000),
                            ("Fri, 31 Dec 2199 23:59:59 GMT", 3600000)):
            r = self.send((429, {"Retry-After": wait}, ""))
            self.assert_failed(r, "transient", "answered 429")
            self.assertGreaterEqual(r["retry_after_ms"], least)
        long = self.send((500, {}, "x" * (1 << 20)))
        self.assert_failed(long, "transient", "longer than")

        def hang_up(handler):
            handler.connection.close()
        self.assert_failed(self.send(hang_up), "transient", "no answer")


class PagerDuty(Posting):
    plugin, url, options = "pagerduty", "endpoint", {
        "routing_key": KEY + "\n"}

    def test_an_incident_is_one_alert(self):
        o = self.posted(202)
        self.assertEqual(
            (o["routing_key"], o["event_action"], o["dedup_key"]),
            (KEY, "trigger", "gatewarden/nba/41"))
        p = o["payload"]
        self.assertEqual((p["summary"], p["severity"], p["source"]), (
            "critical nba 2026-01-16: publish will miss 09:00", "critical",
            "gatewarden"))
        self.assertEqual(p["custom_details"]["why"], "marts: 0 rows")
        self.assertEqual(o["links"], [{
            "href": "https://wiki.example/publish", "text": "runbook"}])
        for kind, action in (("worse", "trigger"), ("gave_up", "trigger"),
                             ("resolved", "resolve"),
                             ("acked", "acknowledge")):
            o = self.posted(202, kind=kind, id="7")
            self.assertEqual((o["event_action"], o["dedup_key"]),
                             (action, "gatewarden/nba/41"))

    def test_a_message_of_no_incident_is_its_own(self):
        o = self.posted(202, incident="", kind="resolved", severity="info")
        self.assertEqual((o["event_action"], o["dedup_key"]),
                         ("trigger", "gatewarden/nba/message/7"))

    def test_bounds(self):
        o = self.posted(202, title="ü" * 3000, text="é" * 20000,
                        pipeline="p/\u202e " * 40)
        self.assertLessEqual(len(o["payload"]["summary"]), 1024)
        self.assertLessEqual(len(o["dedup_key"]), 255)
        self.assertTrue(o["dedup_key"].endswith("/41"))
        self.assertLess(len(self.seen[0][3]), 512 * 1000)

    def test_refusals(self):
        self.refuses((200, {}, "ok", "transient"),
                     (201, {}, "", "transient"))
        r = self.send((400, {}, json.dumps({
            "status": "invalid event", "message": "Event object is invalid",
            "errors": ["Length of 'routing_key' is incorrect"]})))
        self.assert_failed(r, "permanent", "routing_key")


class Teams(Posting):
    plugin, url = "teams", "workflow"

    def card(self, **message):
        o = self.posted(202, **message)
        a, = o["attachments"]
        self.assertEqual((o["type"], a["contentType"]), (
            "message", "application/vnd.microsoft.card.adaptive"))
        self.assertEqual((a["content"]["type"], a["content"]["version"]),
                         ("AdaptiveCard", "1.4"))
        self.assertLess(len(self.seen[0][3]), 28 * 1000)
        for b in a["content"]["body"]:
            # runs of text know no Markdown
            self.assertEqual(b["type"], "RichTextBlock")
            self.assertEqual(b["inlines"][0]["type"], "TextRun")
        return [b["inlines"][0] for b in a["content"]["body"]]

    def test_a_card(self):
        title, *lines = self.card()
        self.assertEqual((title["text"], title["color"]), (
            "critical nba 2026-01-16: publish will miss 09:00", "Attention"))
        self.assertEqual([x["text"] for x in lines],
                         ["CRITICAL shop", "why    marts: 0 rows"])
        self.assertEqual(self.card(kind="resolved")[0]["color"], "Good")

    def test_long_and_hostile_texts(self):
        for text in ("\n" * 3000, '"\\' * 12000, "[a](http://x) <at>x</at>",
                     "\n".join(HOSTILE), "ü\n" * 4000, ""):
            with self.subTest(text[:20]):
                lines = [x["text"] for x in self.card(text=text)[1:]]
                if len(text) > 3000:
                    self.assertIn("is shortened: gatewarden explain 41",
                                  lines[-1])

    def test_refusals(self):
        self.assertEqual(self.send((200, {}, "1"))["status"], "ok")
        self.refuses((200, {}, "Webhook message delivery failed with error: "
                      "Microsoft Teams endpoint returned HTTP error 429",
                      "transient"), (404, {}, "", "permanent"),
                     (200, {}, "\r\n<!DOCTYPE html><title>Sign in</title>",
                      "transient"), (202, {}, "<html>", "transient"))


class Ntfy(Posting):
    plugin, url, options = "ntfy", "server", {"topic": "t-s3cr3t-owl\n"}
    receipt = '{"id": "hwQ2YpKdmg", "time": 1635528741, "event": "message"}'

    def test_a_push(self):
        o = self.posted(200)
        self.assertEqual(o, {
            "topic": "t-s3cr3t-owl", "priority": 5,
            "title": "critical nba 2026-01-16: publish will miss 09:00",
            "message": MESSAGE["text"], "tags": ["rotating_light"],
            "click": "https://wiki.example/publish"})
        o = self.posted(200, kind="resolved", severity="info",
                        runbook="javascript:x")
        self.assertEqual((o["priority"], o["tags"]),
                         (3, ["white_check_mark"]))
        self.assertNotIn("click", o)
        self.options = {**Ntfy.options, "token": "tk_s3cr3t\n"}
        self.posted(200)
        self.assertEqual(self.seen[0][2]["Authorization"],
                         "Bearer tk_s3cr3t")

    def test_a_long_message_stays_a_message(self):
        for text in ("é" * 9000, "line\n" * 2000, "x\n" + "y" * 5000):
            o = self.posted(200, text=text)
            self.assertLessEqual(len(o["message"].encode()), 4096)
            self.assertIn("shortened: gatewarden explain 41", o["message"])

    def test_refusals(self):
        page = "<!DOCTYPE html><title>Sign in</title>"
        self.refuses((202, {}, "", "transient"), (200, {}, "", "transient"),
                     (200, {}, page, "transient"),
                     (200, {}, "{}", "transient"),
                     (200, {}, '{"id": 7}', "transient"),
                     (200, {}, self.receipt[:30], "transient"),
                     (202, {}, self.receipt, "transient"))
        r = self.send((429, {}, json.dumps({"code": 42901, "http": 429,
                                            "error": "limit reached"})))
        self.assert_failed(r, "transient", "limit reached")


class Webhook(Posting):
    plugin, url = "webhook", "url"

    def verify(self, key, secret):
        """As a receiver does it."""
        self.options = {"secret": secret}
        try:
            self.posted(200)
        except Refused as why:
            if "without OpenSSL" in str(why):
                self.skipTest("built without OpenSSL")
            raise
        _, _, h, body = self.seen[0]
        signed = f"{h['webhook-id']}.{h['webhook-timestamp']}.{body}"
        version, mac = h["webhook-signature"].split(",")
        self.assertEqual(version, "v1")
        self.assertEqual(base64.b64decode(mac), hmac.new(
            key, signed.encode(), hashlib.sha256).digest())
        self.assertEqual(h["webhook-id"], "gatewarden-under_test-7")
        self.assertLess(abs(int(h["webhook-timestamp"]) - time.time()), 60)

    def test_it_is_signed_as_standard_webhooks_are(self):
        key = bytes(range(24))
        self.verify(key, "whsec_" + base64.b64encode(key).decode() + "\n")
        self.verify(b"any text of some length", "any text of some length")

    def test_a_secret_has_to_be_one(self):
        for secret, words in (("short", "at least 16 bytes"),
                              ("whsec_%%%", "base64"),
                              ("whsec_AAAA", "at least 16 bytes")):
            why = refusal("notifier", "webhook", {
                "url": "https://127.0.0.1/", "secret": secret})
            self.assertRegex(why, words + "|without OpenSSL")
            self.assertNotIn(secret, why)

    def test_another_body(self):
        self.options = {"body": json.dumps({
            "message": "{title}", "alias": "{pipeline}/{incident}",
            "n": [1, None], "tags": ["{severity}", "{{x}"]})}
        for text in (*HOSTILE, '"}, "alias": "x', "\u202e"):
            o = self.posted(200, title=text, incident="")
            self.assertEqual(o, {"message": text, "alias": "nba/",
                                 "n": [1, None],
                                 "tags": ["critical", "{x}"]})
        for body, words in (("{", "not JSON"),
                            ('"{missing}"', "no placeholder")):
            self.assertIn(words, refusal("notifier", "webhook", {
                "url": "https://127.0.0.1/", "body": body}))


del Posting

if __name__ == "__main__":
    main()
