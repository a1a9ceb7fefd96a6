# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of checks that ask a Google Cloud project have in common:
the unpleasant answers, none of which is a measurement.
"""
import time

import fake_cloud
from fake_cloud import Cloud
from fake_google import error
from host import HOSTILE, Case, Plugin


class CloudCase(Case):
    """A project and one check of it."""
    plugin, target, more = None, None, {}

    def setUp(self):
        super().setUp()
        self.cloud = self.enterContext(Cloud()) if hasattr(
            self, "enterContext") else self.enter(Cloud())

    def enter(self, it):
        it.__enter__()
        self.addCleanup(it.__exit__)
        return it

    def options(self, **more):
        o = self.cloud.options(**{**self.more, **more})
        return {k: v for k, v in o.items() if v is not None}

    def ask(self, budget_ms=20000, date="2026-01-16", **more):
        with Plugin("check", self.plugin, self.options(**more)) as p:
            return p.call(budget_ms=budget_ms, date=date)

    def lacks(self, result, **reasons):
        """What is missing, and the reason of each."""
        self.assertEqual(sorted(result.get("missing", [])), sorted(reasons),
                         result)
        for name, words in reasons.items():
            self.assertIn(words, result["evidence"][name])


class Unpleasant:
    """What no check of a project takes for a measurement."""

    def whole(self):
        """Makes the measurement possible."""
        raise NotImplementedError

    def test_errors_are_unknown(self):
        self.whole()
        for answer, words in (
                (error(403, "forbidden", "no right"), "access denied"),
                (error(404, "notFound", "no place"), "not found"),
                (fake_cloud.too_many("7"), "asked too often"),
                (fake_cloud.too_many("Sat, 17 Jan 2026 12:00:00 GMT"),
                 "asked too often"),
                (error(403, "quotaExceeded", "used up"), "quota used up"),
                (error(400, "badRequest", "what?"), "refused"),
                (error(500, "backendError", "oops"), "trouble"),
                (error(503, "x", ""), "trouble"),
                (fake_cloud.HTML, "Bad Gateway"),
                (fake_cloud.TRUNCATED, "no JSON object"),
                (fake_cloud.NOT_UTF8, "no JSON object"),
                ((200, {}, ""), "no JSON object"), ((200, {}, "[]"), "no JSON object"),
                ((200, {}, "null"), "no JSON object"),
                ((200, {}, '{"a": 1, "a'), "no JSON object"),
                (fake_cloud.elsewhere(), "302"),
                (ConnectionError, "no answer"),
                (fake_cloud.huge, "longer than")):
            with self.subTest(answer=str(answer)[:60]):
                self.cloud.faults.clear()
                self.cloud.fault(self.target, answer)
                r = self.ask(budget_ms=20000)
                self.assert_unknown(r, words)
                self.assertNotIn("missing", r)
                self.assertNotIn("extra", r)

    def test_an_api_that_is_off(self):
        self.whole()
        for _, api in fake_cloud.APIS:
            self.cloud.off(api)
        r = self.ask()
        self.assert_unknown(r, "the API is not enabled")

    def test_a_token_that_was_refused(self):
        self.whole()
        with Plugin("check", self.plugin, self.options()) as p:
            first = p.call()
            self.assertEqual(first["status"], "ok", first)
            asked = self.cloud.token_requests
            self.cloud.revoke()
            again = p.call()
            self.assertEqual(again["value"], first["value"])
            self.assertEqual(self.cloud.token_requests, asked + 1)

    def test_a_drip(self):
        self.whole()
        self.cloud.fault(self.target, fake_cloud.drip)
        began = time.monotonic()
        self.assert_unknown(self.ask(budget_ms=1000),
                            "stopped")
        self.assertLess(time.monotonic() - began, 20)

    def test_nothing_is_whole_after_a_bad_page(self):
        self.whole()
        self.cloud.pages = 1
        good = self.ask()
        self.assertEqual(good["status"], "ok", good)
        self.cloud.fault("pageToken", error(403, "forbidden", "not this"))
        r = self.ask()
        self.assert_unknown(r, "not this")
        self.assertNotIn("missing", r)

    def test_half_a_list_is_none(self):
        self.whole()
        for answer, words in (
                ({"nextPageToken": 7}, "'nextPageToken' is no text"),
                ({"nextPageToken": None}, "'nextPageToken' is no text"),
                ({"nextPageToken": "p"}, "the same page again"),
                ({"error": {"code": 403}}, "an error in place of")):
            with self.subTest(words):
                self.cloud.faults.clear()
                self.cloud.fault(self.target, answer)
                r = self.ask()
                self.assert_unknown(r, words)
                self.assertNotIn("missing", r)

    def test_values_are_data(self):
        for text in HOSTILE:
            if "/" in text:
                continue
            r = self.ask(project=text)
            self.assertNotIn("value", r)
            self.assertIn(f"/projects/{text}/",
                          self.cloud.requests[-1].path)
