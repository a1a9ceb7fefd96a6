#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Check `pubsub` against a project on loopback: topics with subscribers, and
by way of Cloud Monitoring what waits in subscriptions.
"""
import urllib.parse

import fake_cloud
from cloud_case import CloudCase, Unpleasant
from fake_cloud import PROJECT
from fake_google import error
from host import main, refusal


class PubsubCase(CloudCase):
    plugin = "pubsub"

    def options(self, **more):
        return super().options(**{"monitoring_endpoint": self.cloud.url,
                                  **more})


class Topics(Unpleasant, PubsubCase):
    target = "/topics"
    more = {"topics": ["analytics", "predict"], "declared": [
        {"name": "grading", "subscriptions": ["grading-sub"]}]}

    def whole(self):
        self.cloud.topic("analytics", "analytics-sub", "analytics-audit")
        self.cloud.topic("predict", "predict-sub")
        self.cloud.topic("grading", "grading-sub", "grading-log")
        self.cloud.topic("other")

    def test_subscribers(self):
        self.whole()
        for pages in (0, 1):
            self.cloud.pages = pages
            self.assert_value(self.ask(), 3, 3)
        self.assertEqual(self.ask(undeclared=["o*"])["extra"], ["other"])

    def test_nobody_listens(self):
        self.whole()
        self.cloud.topic("analytics")
        for name in ("analytics-sub", "analytics-audit", "grading-sub"):
            del self.cloud.state["subscriptions"][
                f"projects/{PROJECT}/subscriptions/{name}"]
        del self.cloud.state["topics"][f"projects/{PROJECT}/topics/predict"]
        r = self.ask()
        self.assert_value(r, 0, 3)
        self.lacks(r, analytics="has no subscriber",
                   predict="does not exist",
                   grading="lacks the subscription 'grading-sub'")

    def test_one_topic_can_not_be_asked(self):
        self.whole()
        for answer, words in (
                (error(403, "forbidden", "not this topic"), "not this topic"),
                (error(404, "notFound", "gone"), "not found"),
                (fake_cloud.TRUNCATED, "no JSON object"),
                ({"subscriptions": [{"name": "x"}]}, "that is no name"),
                ({"subscriptions": "none"}, "is no list")):
            self.cloud.faults.clear()
            self.cloud.fault("predict/subscriptions", answer)
            r = self.ask()
            self.assert_unknown(r, words)
            self.assertNotIn("missing", r)

    def test_values_are_data(self):
        """Of its names none reaches an address before the list has it."""
        for name in ("a b", "a/../b", "ü%2f"):
            full = f"projects/{PROJECT}/topics/{name}"
            self.cloud.state["topics"][full] = {"name": full}
        self.assert_value(self.ask(topics=["a b"], declared=[]), 0, 1)
        self.assertTrue(self.cloud.requests[-1].raw_path.endswith(
            "/topics/a%20b/subscriptions"))

    def test_options(self):
        sub = {"topics": [], "declared": []}
        for options, words in (
                (sub, "topics, declared: expected one"),
                ({"topics": ["a", "a"]}, "named twice"),
                ({"subscriptions": ["x"]}, "for the other measures"),
                ({**sub, "measure": "age"}, "subscriptions: expected one"),
                ({**sub, "measure": "age", "subscriptions": ['a" OR "']},
                 "is no id of a subscription"),
                ({"monitoring_endpoint": "http://example.org"},
                 "monitoring_endpoint: what")):
            with self.subTest(options):
                self.assertIn(words, refusal(
                    "check", self.plugin, self.options(**options)) or "")


class Backlog(Unpleasant, PubsubCase):
    target = "/timeSeries"
    more = {"measure": "backlog", "subscriptions": ["a-sub", "b-sub"]}

    def whole(self):
        self.cloud.topic("t", "a-sub", "b-sub")
        self.cloud.backlog("a-sub", (120, 7), (60, 5), (180, 900))
        self.cloud.backlog("b-sub", (240, 30))

    def test_backlog(self):
        self.whole()
        r = self.ask()
        self.assert_value(r, 35)
        self.assertEqual(r["evidence"]["a-sub"], "5 at 2026-01-17T10:59:00Z")
        self.assert_value(self.ask(subscriptions=["b-sub"]), 30)
        query = urllib.parse.unquote(self.cloud.requests[-1].target)
        self.assertIn('metric.type="pubsub.googleapis.com/subscription/'
                      'num_undelivered_messages"', query)
        self.assertIn("interval.endTime=2026-01-17T11:00:00Z", query)

    def test_an_empty_queue_is_zero(self):
        self.cloud.backlog("a-sub", (60, 0))
        self.assert_value(self.ask(subscriptions=["a-sub"]), 0)

    def test_no_sample_is_not_zero(self):
        self.whole()
        self.assert_unknown(self.ask(subscriptions=["a-sub", "c-sub"]),
                            "c-sub has no sample in the last 900 s")
        self.assert_unknown(self.ask(window=120000, subscriptions=["b-sub"]),
                            "no sample in the last 120 s")

    def test_age(self):
        for name, age in (("a-sub", 90), ("b-sub", 4000)):
            self.cloud.backlog(name, (60, age),
                               metric="oldest_unacked_message_age")
        self.assert_value(self.ask(measure="age"), 4000)

    def test_points_that_are_not_as_documented(self):
        self.whole()
        for point in ({}, {"interval": {"endTime": "2026-01-17T10:00:00Z"}},
                      {"interval": {"endTime": "now"},
                       "value": {"int64Value": "3"}},
                      {"interval": {"endTime": "2026-01-17T10:00:00Z"},
                       "value": {"stringValue": "3"}}):
            self.cloud.faults.clear()
            self.cloud.fault(self.target, {"timeSeries": [
                {"points": [point]}]})
            self.assert_unknown(self.ask(), "without time or number")
        self.cloud.faults.clear()
        self.cloud.fault(self.target, {
            "timeSeries": [], "executionErrors": [{"code": 4}]})
        self.assert_unknown(self.ask(), "isn't whole")

    def test_doubles(self):
        self.cloud.fault(self.target, {"timeSeries": [{"points": [{
            "interval": {"endTime": "2026-01-17T10:58:00Z"},
            "value": {"doubleValue": 2.5}}]}]})
        self.assert_value(self.ask(), 5)

    def test_nothing_is_whole_after_a_bad_page(self):
        """A subscription is one series."""


class DeadLetters(PubsubCase):
    more = {"measure": "dead_letters", "subscriptions": ["a-sub"]}

    def test_they_wait(self):
        self.cloud.topic("t", "a-sub", dead_letters="t-dlq")
        self.cloud.topic("t-dlq", "t-dlq-sub", "t-dlq-copy")
        self.cloud.backlog("a-sub", (60, 1000))
        self.cloud.backlog("t-dlq-sub", (60, 3))
        self.cloud.backlog("t-dlq-copy", (60, 0))
        self.assert_value(self.ask(), 3)
        self.cloud.backlog("t-dlq-copy")
        self.assert_unknown(self.ask(), "t-dlq-copy has no sample")

    def test_they_are_lost(self):
        self.assert_unknown(self.ask(), "a-sub: not found")
        self.cloud.topic("t", "a-sub")
        self.assert_unknown(self.ask(), "no dead-letter policy")
        self.cloud.topic("t", "a-sub", dead_letters="t-dlq")
        self.assert_unknown(self.ask(), "t-dlq: not found")
        self.cloud.topic("t-dlq")
        self.assert_unknown(self.ask(), "no subscriber: they are lost")


if __name__ == "__main__":
    main()
