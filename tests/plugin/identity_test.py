#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Action `http`: a service that wants to know who asks, tells repetitions by
a key, and says afterwards what it has done."""
import json
import unittest

from fake_google import Google, has_openssl
from host import HOSTILE, Case, Plugin, main, refusal

OPERATION = "load-2026-01-16-17"
HANG_UP = type


class Service(Google):
    """Does each key once; /done/KEY says whether it has."""

    def __init__(self):
        super().__init__()
        self.done, self.starts, self.under_way = {}, [], 0

    def answer(self, request):
        if request.method == "GET":
            key = request.path.rsplit("/", 1)[1]
            if self.under_way > 0:
                self.under_way -= 1
                return (202, {}, "")
            return (200 if key in self.done else 404, {}, "")
        key = request.headers.get("Idempotency-Key")
        if key not in self.done:
            self.starts.append(key)
        self.done[key] = request.body
        return (200, {}, "did it")

    def late(self, answer):
        """Carries it out, and answers something else."""
        def late(request):
            self.answer(request)
            return answer
        self.scripted.append(late)


class Identity(Case):
    def setUp(self):
        super().setUp()
        self.service = Service()
        self.service.__enter__()
        self.addCleanup(self.service.__exit__)

    def run_it(self, options=None, probe=False, **how):
        how = {"operation": OPERATION, "attempt": "1", "phase": "load",
               "missing": [], "failing": [], **how}
        options = {"url": self.service.url + "/start", "poll": 20,
                   "body": '{"day": "{date}", "only": "{missing}"}',
                   "audience": self.service.url,
                   "metadata_server": self.service.url,
                   "probe_url": self.service.url + "/done/{operation}",
                   **(options or {})}
        options = {k: v for k, v in options.items() if v is not None}
        with Plugin("action", "http", options) as p:
            r = p.probe(**how) if probe else p.call(**how)
            self.output = p.output()
            return r

    def test_who_asks_and_with_which_key(self):
        r = self.run_it(missing=["a", "b"])
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(self.service.done, {OPERATION: {
            "day": "2026-01-16", "only": ["a", "b"]}})
        self.assertEqual(set(self.service.identities), {self.service.url})
        for token in self.service.live:
            self.assertNotIn(token, self.output + json.dumps(r))

    def test_a_token_that_is_refused_is_fetched_again_once(self):
        def refuse(_):
            self.service.live.clear()
            return (401, {}, "expired")
        self.service.scripted = [refuse]
        self.assertEqual(self.run_it()["status"], "ok")
        self.assertEqual(len(self.service.identities), 2)
        self.service.scripted = [(401, {}, "")] * 3
        self.assert_failed(self.run_it(), "config", "status 401")
        self.assertEqual(len(self.service.scripted), 1)
        self.service.scripted = [(403, {}, "not an invoker")]
        self.assert_failed(self.run_it(), "config", "403: not an invoker")

    def test_no_token_no_request(self):
        for answer in ((404, {}, ""), (500, {}, ""), (200, {}, "no token")):
            self.service.token_scripted = [answer] * 9
            r = self.run_it()
            self.assertEqual(r["status"], "failed", r)
            self.assertNotIn("may have arrived", r["remark"])
        self.assertEqual(self.service.requests, [])
        self.service.token_scripted = []

    @unittest.skipUnless(has_openssl(), "no openssl")
    def test_a_service_account(self):
        r = self.run_it({"credentials": self.service.key(self.dir)})
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(self.service.identities, [self.service.url])

    def test_one_key_for_all_attempts_of_a_date(self):
        key = {"idempotency_key": "{pipeline}-{phase}-{date}"}
        for op in ("load-2026-01-16-17", "load-2026-01-16-18"):
            self.assertEqual(self.run_it(key, operation=op)["status"], "ok")
        self.assertEqual(self.service.starts, ["nba-load-2026-01-16"])

    def test_hostile_keys_stay_in_their_header(self):
        for text in HOSTILE:
            r = self.run_it(operation=text)
            self.assertEqual(r["status"], "ok", r)
            self.assertRegex(self.service.starts[-1],
                             r"\A[A-Za-z0-9._~%-]+\Z")
        self.assertEqual(len(set(self.service.starts)), len(HOSTILE))

    def test_another_header(self):
        r = self.run_it({"idempotency_header": "X-Request-Id"})
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(self.service.requests[-1].headers["X-Request-Id"],
                         OPERATION)

    def test_what_may_have_been_done_is_asked(self):
        for answer in ((502, {}, "<html>"), (504, {}, ""), (500, {}, ""),
                       HANG_UP):
            self.service.late(answer)
            r = self.run_it()
            self.assertEqual(r["status"], "unknown", (answer, r))
            self.assertIn("may have arrived", r["remark"])
            self.assertEqual(self.run_it(probe=True)["status"], "ok")
        self.assertEqual(self.service.starts, [OPERATION])
        # whom nobody can ask, and who says no himself
        self.service.scripted = [(502, {}, "")]
        self.assert_failed(self.run_it({"probe_url": None}), "transient")
        self.service.late(HANG_UP)
        r = self.run_it({"probe_url": None}, operation="unheard")
        self.assertEqual(r["status"], "unknown", r)
        self.assertIn("may have arrived", r["remark"])
        self.service.scripted = [(503, {"Retry-After": "7"}, "")]
        r = self.run_it()
        self.assert_failed(r, "transient", "503")
        self.assertEqual(r["retry_after_ms"], 7000)

    def test_probes(self):
        self.assert_failed(self.run_it(probe=True), "transient", "404")
        self.run_it()
        self.service.under_way = 3
        self.assertEqual(self.run_it(probe=True)["status"], "ok")
        self.service.scripted = [(503, {}, ""), HANG_UP, (429, {}, "")]
        self.assertEqual(self.run_it(probe=True)["status"], "ok")
        self.service.scripted = [(403, {}, "")]
        self.assertEqual(self.run_it(probe=True)["status"], "unknown")
        self.service.scripted = [(302, {"Location": "/done/x"}, "")]
        self.assertEqual(self.run_it(probe=True)["status"], "unknown")
        self.service.under_way = 10 ** 6
        r = self.run_it(probe=True, budget_ms=1500)
        self.assertEqual(r["status"], "unknown", r)
        r = self.run_it({"probe_url": None}, probe=True)
        self.assertEqual(r["status"], "unknown", r)

    def test_mistakes(self):
        base = {"url": "https://x.run.app/", "audience": "https://x.run.app"}
        for more, words in (
                ({"authorization": "Bearer x"}, "either authorization or"),
                ({"url": "http://x.run.app/"}, "https://"),
                ({"probe_url": "ftp://x"}, "probe_url"),
                ({"probe_url": "https://x/{game}"}, "no placeholder"),
                ({"idempotency_key": "{game}"}, "no placeholder"),
                ({"idempotency_header": "a: b"}, "is no name of a header"),
                ({"idempotency_header": "a\r\nb"}, "is no name")):
            self.assertIn(words, refusal("action", "http", {
                **base, **more}))


if __name__ == "__main__":
    main()
