#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The checks of what is stored in Google's cloud, against a project on
loopback: gcs and firestore.
"""
import datetime
import json
import urllib.parse

import fake_cloud
from cloud_case import CloudCase, Unpleasant
from fake_cloud import PROJECT
from fake_google import error
from host import HOSTILE, main, refusal


class Objects(Unpleasant, CloudCase):
    plugin, target = "gcs", r"/o\?"
    more = {"bucket": "raw", "prefix": "boxscores/{date}/", "project": None}

    def whole(self):
        for i in (1, 2, 3):
            self.cloud.object("raw", f"boxscores/2026-01-16/g{i}.json",
                              json.dumps({"rows": 10 * i, "want": 20}))

    def put(self, name, *rest, **how):
        self.cloud.object("raw", f"boxscores/2026-01-16/{name}", *rest,
                          **how)

    def test_count(self):
        self.whole()
        self.put("", b"")                       # a folder's placeholder
        self.cloud.object("raw", "boxscores/2026-01-17/g1.json")
        for pages in (0, 1, 2):
            self.cloud.pages = pages
            r = self.ask()
            self.assert_value(r, 3)
            self.assertEqual(r["evidence"]["objects"], "3 of 3")
        self.assertEqual(r["evidence"]["listed"],
                         "gs://raw/boxscores/2026-01-16/")
        self.assertEqual(r["evidence"]["newest"], "2026-01-17T10:00:00Z")
        self.assert_value(self.ask(match="*2.json"), 1)
        self.assert_value(self.ask(date="2026-01-18"), 0)

    def test_a_bucket_that_is_not_there(self):
        self.whole()
        self.assert_unknown(self.ask(bucket="rawest"), "not found")

    def test_age_and_size(self):
        self.whole()
        self.put("old.json", "x" * 50, age=90000)
        self.put("small.json", "x", age=60)
        self.assert_value(self.ask(max_age=86400000), 4)
        r = self.ask(min_size=5, max_age=86400000)
        self.assert_value(r, 3)
        self.assertEqual(r["evidence"]["objects"], "3 of 5")
        r = self.ask(match="small*", min_size=5)
        self.assertIn("small.json has 1 bytes, expected 5", r["remark"])
        r = self.ask(match="old*", max_age=1000)
        self.assertIn("90000 s old, expected 1 s", r["remark"])
        self.assert_value(self.ask(match="old*", measure="bytes"), 50)
        self.assert_value(self.ask(match="*.json", measure="age"), 60)
        self.assert_value(self.ask(match="no*", measure="bytes"), 0)
        self.assert_unknown(self.ask(match="no*", measure="age"),
                            "no object is there to have an age")

    def test_expected_names(self):
        self.whole()
        self.put("empty.json", "")
        r = self.ask(expected=["g1.json", "g3.json", "g4.json",
                               "empty.json", "{date}.csv"], min_size=1)
        self.assert_value(r, 2, 5)
        self.lacks(r, **{"g4.json": "does not exist",
                         "empty.json": "has 0 bytes",
                         "2026-01-16.csv": "does not exist"})

    def test_one_object(self):
        self.whole()
        name = "boxscores/{date}/g1.json"
        self.assert_value(self.ask(prefix=None, object=name), 1)
        self.assert_value(self.ask(prefix=None, object=name[:-1]), 0)

    def test_content(self):
        self.whole()
        for pages in (0, 2):
            self.cloud.pages = pages
            self.assert_value(self.ask(value_jq=".rows"), 60)
        self.assert_value(self.ask(value_jq=".rows", expected_jq=".want"),
                          60, 60)
        self.assert_value(self.ask(match="g2*", value_jq=".rows"), 20)
        self.put("list.json", "[1, 2, 3]")
        self.assert_value(self.ask(match="list*", value_jq="length"), 3)

    def test_content_of_nothing(self):
        self.whole()
        r = self.ask(match="no*", value_jq=".rows")
        self.assert_unknown(r, "no object is there to be read")
        self.assert_value(self.ask(match="no*", value_jq=".rows",
                                   absent="zero", expected_jq=".want"), 0)
        r = self.ask(match="g1*", min_size=1000, value_jq=".rows")
        self.assert_unknown(r, "has 24 bytes, expected 1000")

    def test_one_object_that_can_not_be_read(self):
        self.whole()
        for answer, words in (
                (error(403, "forbidden", "no right on this one"),
                 "g2.json: access denied: no right on this one"),
                (error(404, "notFound", "gone"), "g2.json: not found"),
                (fake_cloud.too_many(), "asked too often"),
                ((200, {}, '{"rows": 2'), "not JSON"),
                ((200, {}, ""), "g2.json: "), ((200, {}, "{}"), "no number"),
                ((200, {}, b'{"rows": 1, "x": "\xff"}'), "not UTF-8"),
                ((200, {}, '{"rows": "12"}'), "no number"),
                (fake_cloud.huge, "longer than"),
                (fake_cloud.elsewhere(), "302"),
                (ConnectionError, "no answer")):
            self.cloud.faults.clear()
            self.cloud.fault("g2.json.alt=media", answer)
            with self.subTest(words):
                self.assert_unknown(self.ask(value_jq=".rows",
                                             budget_ms=20000), words)

    def test_many_to_read(self):
        for i in range(101):
            self.put(f"n{i:03}.json", '{"rows": 1}')
        self.assert_unknown(self.ask(value_jq=".rows"), "101 objects")
        self.assert_value(self.ask(), 101)

    def test_elements_that_are_not_as_documented(self):
        self.whole()
        for key in ("name", "size", "timeCreated"):
            answer = {"items": [{
                "name": "boxscores/2026-01-16/x", "size": "1",
                "timeCreated": "2026-01-17T10:00:00Z"}]}
            self.cloud.faults.clear()
            self.cloud.fault(self.target, answer)
            self.assert_value(self.ask(), 1)
            answer["items"][0][key] = "?" if key != "name" else ""
            self.assert_unknown(self.ask(), "without name, size or time")
        for name in ("boxscores/2026-01-17/g.json", "x", "boxscores/"):
            self.cloud.faults.clear()
            answer["items"][0].update(name=name, size="1",
                                      timeCreated="2026-01-17T10:00:00Z")
            self.cloud.fault(self.target, answer)
            self.assert_unknown(self.ask(), "begin as was asked for")
        self.cloud.faults.clear()
        self.cloud.fault(self.target, {"items": 5})
        self.assert_unknown(self.ask(), "is no list")

    def test_values_are_data(self):
        for text in HOSTILE:
            name = f"boxscores/{text}/g.json"
            self.cloud.object("raw", name, '{"rows": 4}')
            self.assert_value(self.ask(date=text, value_jq=".rows"), 4)
            self.assertIn(urllib.parse.quote(text, safe=""),
                          self.cloud.requests[-1].raw_path)

    def test_options(self):
        for options, words in (
                ({"bucket": "a/b"}, "bucket: 'a/b'"),
                ({"prefix": "{dat}"}, "{dat} is no placeholder"),
                ({"object": "x"}, "object and prefix"),
                ({"expected": ["{x}"]}, "{x} is no placeholder"),
                ({"expected": ["a", "a"]}, "'a' is named twice"),
                ({"expected": ["a"], "value_jq": "."}, "ways to measure"),
                ({"measure": "age", "value_jq": "."}, "ways to measure"),
                ({"expected_jq": "."}, "needs value_jq"),
                ({"value_jq": ".a |"}, "value_jq:"),
                ({"value_jq": "env"}, "is not available here")):
            with self.subTest(options):
                self.assertIn(words, refusal(
                    "check", self.plugin, self.options(**options)) or "")


ITEMS = ["pdc", "psza", "pcf", "mlfs", "tdza"]


class Documents(Unpleasant, CloudCase):
    plugin, target = "firestore", ":batchGet"
    more = {"document": "phase4_completion/{date}", "items": ITEMS}

    def ledger(self, **fields):
        self.cloud.document("phase4_completion/2026-01-16", fields)

    def whole(self):
        done = {"status": "success", "rows": 3}
        self.ledger(**{name: done for name in ITEMS}, _triggered=True,
                    _completed_count=5)

    def test_half_a_list_is_none(self):
        self.skipTest("no list is asked for")

    def test_nothing_is_whole_after_a_bad_page(self):
        """A document has no pages."""

    def test_the_ledger(self):
        self.whole()
        r = self.ask()
        self.assert_value(r, 5, 5)
        self.assertEqual(r["evidence"]["document"],
                         "phase4_completion/2026-01-16")
        # January 17 as it was: tables 5 of 5, the ledger 2 of 5
        self.ledger(psza={"status": "success"}, tdza={"status": "success"},
                    pcf=None, pdc=False, _mode="same_day")
        r = self.ask()
        self.assert_value(r, 2, 5)
        self.lacks(r, pcf="has no value", pdc="has no value",
                   mlfs="is not recorded")

    def test_accepted(self):
        self.whole()
        self.ledger(pdc={"status": "failed"}, psza={"status": "success"},
                    pcf={"state": {"status": "success"}}, mlfs="success",
                    tdza={"status": ["success"]}, other={})
        r = self.ask(member="status", accept=["success", "done"])
        self.assert_value(r, 1, 5)
        self.lacks(r, pdc="has the status 'failed'", pcf="has no status",
                   mlfs="has no status", tdza="status that is no text")
        r = self.ask(items=["mlfs", "pdc"], accept=["success"])
        self.assert_value(r, 1, 2)
        self.lacks(r, pdc="no text")
        r = self.ask(items=["pcf"], member="state.status",
                     accept=["success"])
        self.assert_value(r, 1, 1)
        self.assertEqual(self.ask(items=["pcf"], undeclared=["o*"])["extra"],
                         ["other"])

    def test_within_a_field(self):
        self.ledger(done={"sources": {"bdl": True, "nbac": False}},
                    names=["pdc", "mlfs", "pdc"], empty=[], nothing={},
                    text="pdc")
        r = self.ask(field="done.sources", items=["bdl", "nbac"])
        self.assert_value(r, 1, 2)
        self.assert_value(self.ask(field="names"), 2, 5)
        self.assert_value(self.ask(field="empty"), 0, 5)
        self.assert_value(self.ask(field="nothing"), 0, 5)
        self.assert_unknown(self.ask(field="text"), "neither a map nor")
        self.assert_unknown(self.ask(field="done.source"), "not there")

    def test_numbers(self):
        self.ledger(n=7, want=9, d=2.5, yes=True, no=False, m={
            "a": 1, "b": 2, "_c": 3}, a=[1, 2], text="7", nothing=None,
            when=datetime.datetime(2026, 1, 16), big=2 ** 60,
            deep={"er": {"n": 4}})
        for field, value in (("n", 7), ("d", 2.5), ("yes", 1), ("no", 0),
                             ("m", 2), ("a", 2), ("deep.er.n", 4)):
            self.assert_value(self.ask(items=None, field=field), value)
        self.assert_value(self.ask(items=None, field="n",
                                   expected_field="want"), 7, 9)
        for field, words in (("text", "no number"), ("when", "no number"),
                             ("nothing", "no number"), ("big", "no number"),
                             ("x", "not there"), ("deep.n", "not there"),
                             ("n.x", "not there")):
            self.assert_unknown(self.ask(items=None, field=field), words)
            self.assert_unknown(self.ask(items=None, field="n",
                                         expected_field=field), words)

    def test_absent(self):
        self.assert_unknown(self.ask(), "does not exist")
        r = self.ask(absent="zero", field="done.sources", items=["a", "b"])
        self.assert_value(r, 0, 2)
        self.lacks(r, a="is not recorded", b="is not recorded")
        self.assert_unknown(self.ask(field="done.sources"), "does not exist")
        r = self.ask(absent="zero")
        self.assert_value(r, 0, 5)
        self.assertEqual(sorted(r["missing"]), sorted(ITEMS))
        self.assert_value(self.ask(absent="zero", items=None, field="n"), 0)
        # a database that doesn't exist is another thing
        self.cloud.state["databases"].clear()
        r = self.ask(absent="zero")
        self.assert_unknown(r, "The database (default) does not exist")

    def test_answers_that_say_nothing(self):
        self.whole()
        other = (f"projects/{PROJECT}/databases/(default)/documents/"
                 "phase4_completion/2026-01-15")
        for answer in ("[]", "[{}]", json.dumps([{"missing": other}]),
                       json.dumps([{"found": {"name": other,
                                              "fields": {}}}])):
            self.cloud.faults.clear()
            self.cloud.fault(self.target, (200, {}, answer))
            self.assert_unknown(self.ask(absent="zero"),
                                "the answer says nothing of it")

    def test_fields_that_are_none(self):
        self.whole()
        document = self.cloud.state["documents"][
            "phase4_completion/2026-01-16"]
        for fields, words in (
                ([], "fields are none"), ("pdc", "fields are none"),
                ({"pdc": {}}, "pdc is no value"),
                ({"pdc": {"newValue": 1}}, "pdc is no value"),
                ({"pdc": {"booleanValue": "false"}}, "pdc is no value"),
                ({"pdc": "x"}, "pdc is no value"),
                ({"pdc": None}, "pdc is no value"),
                ({"pdc": {"stringValue": "a", "nullValue": None}},
                 "pdc is no value")):
            with self.subTest(fields):
                document["fields"] = fields
                self.assert_unknown(self.ask(), words)
        for value in ({"mapValue": {"fields": []}},
                      {"arrayValue": {"values": {}}},
                      {"arrayValue": {"values": [{}]}}, {}):
            document["fields"] = {"f": value}
            with self.subTest(value):
                self.assert_unknown(self.ask(field="f"), "no value")
                if value != {"arrayValue": {"values": [{}]}}:
                    self.assert_unknown(self.ask(items=None, field="f"),
                                        "no number")
        del document["fields"]          # an empty document has none
        self.assert_value(self.ask(), 0, 5)

    def test_errors_are_unknown(self):
        self.whole()
        for answer, words in (
                (error(403, "forbidden", "no right"), "access denied"),
                (fake_cloud.too_many(), "asked too often"),
                (error(500, "backendError", "oops"), "trouble"),
                (fake_cloud.HTML, "Bad Gateway"),
                (fake_cloud.TRUNCATED, "no list of documents"),
                (fake_cloud.NOT_UTF8, "no list of documents"),
                ((200, {}, ""), "no list"), ((200, {}, "{}"), "no list"),
                ((200, {}, b'[{"found": "\xff"}]'), "no list"),
                (fake_cloud.elsewhere(), "302"),
                (ConnectionError, "no answer"),
                (fake_cloud.huge, "longer than")):
            for absent in ("zero", "unknown"):
                self.cloud.faults.clear()
                self.cloud.fault(self.target, answer)
                with self.subTest(words):
                    self.assert_unknown(self.ask(
                        absent=absent, budget_ms=20000), words)

    def test_values_are_data(self):
        for text in HOSTILE:
            path = f"phase4_completion/{text}"
            self.cloud.document(path, {"n": 4})
            r = self.ask(date=text, items=None, field="n")
            if "/" in text:
                self.assert_unknown(r, "a value with a slash")
            else:
                self.assert_value(r, 4)

    def test_options(self):
        for options, words in (
                ({"document": "x"}, "'x' is no document"),
                ({"document": "a/b/c"}, "is no document"),
                ({"document": "/a"}, "is no document"),
                ({"document": "a/{day}"}, "{day} is no placeholder"),
                ({"database": ""}, "database"),
                ({"items": None}, "items or field"),
                ({"items": ["a", "a"]}, "'a' is named twice"),
                ({"expected_field": "n"}, "not for items"),
                ({"items": None, "field": "n", "member": "x"}, "for items")):
            with self.subTest(options):
                self.assertIn(words, refusal(
                    "check", self.plugin, self.options(**options)) or "")


if __name__ == "__main__":
    main()
