#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Checks `sql` and `sql_coverage` against BigQuery's interface on loopback,
with the documented answers and the unpleasant ones."""
import json
import os
import sqlite3
import time

from fake_bigquery import MIB, BigQuery, billed
from fake_google import error, needs_keys
from host import HOSTILE, Case, Plugin, main, refusal


def complete(type_="INTEGER", value="1", **more):
    """An answer of jobs.query with one cell."""
    return {"jobComplete": True, "jobReference": {"jobId": "j"},
            "schema": {"fields": [{"name": "n", "type": type_}]},
            "rows": [{"f": [{"v": value}]}], "totalRows": "1", **more}


class Bq(Case):
    def setUp(self):
        super().setUp()
        path = os.path.join(self.dir, "warehouse.db")
        self.db = sqlite3.connect(path, isolation_level=None,
                                  check_same_thread=False)
        self.addCleanup(self.db.close)
        self.db.executescript("""
            CREATE TABLE t (day, id, n, arrived_at);
            INSERT INTO t VALUES
              ('2026-01-16', 'a', 1, '2026-01-17T10:00:00Z'),
              ('2026-01-16', 'b', 2, '2026-01-17T11:00:00Z'),
              ('2026-01-16', 'c', 3, '2026-01-17T12:00:00Z'),
              ('2026-01-15', 'd', 4, '2026-01-16T10:00:00Z');""")
        self.server = BigQuery(path)
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)

    def ask(self, value, expected=None, database=None, **how):
        o = {"database": self.server.database(**(database or {})),
             "value": value}
        if expected is not None:
            o["expected"] = expected
        with Plugin("check", "sql", o) as p:
            return p.call(**how)

    def cover(self, expected, actual, **how):
        with Plugin("check", "sql_coverage", {
                "database": self.server.database(), "expected": expected,
                "actual": actual}) as p:
            return p.call(**how)

    def answered(self, *answers, **how):
        """jobs.query says that, after a good dry run."""
        self.server.script(self.server.answer, *answers)
        return self.ask("SELECT 1", **how)

    def hung_up(self):
        """Whoever asks for a query, on a kept connection or a new one, is
        hung up on."""
        r = self.answered(*[ConnectionError] * 9)
        self.server.scripted.clear()
        return r

    def bodies(self, path):
        return [r.body for r in self.server.requests
                if r.path.endswith(path)]


class Value(Bq):
    def test_date_and_now_are_bound(self):
        q = ("SELECT count(*) FROM `acme-data.nba.t` WHERE day = :date"
             " AND arrived_at <= @now")
        self.assert_value(self.ask(q), 2)
        self.assert_value(self.ask(q, date="2026-01-15"), 1)
        self.assert_value(self.ask(q, now_ms=1768651200999), 3)
        self.assert_value(self.ask(q, now_ms=1768651199999), 2)
        body = self.bodies("/queries")[0]
        self.assertEqual(body["query"], q.replace(":date", "@date"))
        self.assertEqual(body["queryParameters"], [
            {"name": "date", "parameterType": {"type": "DATE"},
             "parameterValue": {"value": "2026-01-16"}},
            {"name": "now", "parameterType": {"type": "TIMESTAMP"},
             "parameterValue": {"value": "2026-01-17T11:00:00Z"}}])
        self.assertEqual(body["defaultDataset"], {
            "projectId": "acme-data", "datasetId": "nba"})
        self.assert_value(self.ask("SELECT count(*) FROM nba.t"), 4)
        self.assertEqual(self.bodies("/queries")[-1]["queryParameters"], [])

    def test_what_looks_like_a_parameter_and_is_none(self):
        self.assert_value(self.ask(
            "SELECT count(*) FROM t WHERE day = :date AND ':day' <> ''"
            " AND id <> ' @x ' -- :day ' @y\n AND /* ' :day */ `n` > 0"), 3)
        for sql in ("SELECT '''it's :x''', :date", 'SELECT """a":x""", 1',
                    r"SELECT 'a\':x', 1", r"SELECT r'a\':x', 1",
                    "SELECT 1 # ' :x\n", r"SELECT `a\`:x`, 1",
                    "SELECT @@time_zone, 1"):
            self.server.requests.clear()
            self.ask(sql)
            self.assertEqual(self.bodies("/jobs")[0]["configuration"]
                             ["query"]["query"],
                             sql.replace(":date", "@date"))

    def test_other_parameters_are_refused_with_their_name(self):
        for parameter in (":day", "@dates", ":nowhere", "?"):
            self.assert_unknown(
                self.ask(f"SELECT count(*) FROM t WHERE id = {parameter}"),
                f"parameter {parameter} is unknown; there are :date and"
                " :now")
        for sql in ("SELECT 'unended", "SELECT /* x", "SELECT '''x'",
                    "SELECT 'a\nb'", "SELECT `x"):
            self.assert_unknown(self.ask(sql), "does not end")
        self.assertEqual(self.server.requests, [])

    def test_numbers(self):
        self.assert_value(self.ask("SELECT 3", "SELECT 2 * 5"), 3, 10)
        self.assert_value(self.ask("SELECT 0", "SELECT 0"), 0, 0)
        self.assert_value(self.ask("SELECT 0.25"), 0.25)
        self.assert_value(self.ask("SELECT '12.5'"), 12.5)
        self.assert_value(self.answered(complete("NUMERIC", "12.5")), 12.5)
        self.assert_value(self.answered(complete("FLOAT64", "1.0E2")), 100)
        self.assert_value(self.ask("SELECT 9007199254740992"),
                          9007199254740992)

    def test_what_is_no_number_is_unknown(self):
        for query, words in (
                ("SELECT NULL", "NULL"),
                ("SELECT max(n) FROM t WHERE day = '2001-01-01'", "NULL"),
                ("SELECT n FROM t WHERE day = '2001-01-01'", "no row"),
                ("SELECT n FROM t", "more than one row"),
                ("SELECT 1, 2", "2 columns"),
                ("SELECT 1,2,3,4,5,6,7,8,9", "9 columns"),
                ("SELECT 'many'", "'many', which is no number"),
                ("SELECT x'01'", "BLOB"),
                ("SELECT 9007199254740993", "counted exactly"),
                ("SELECT -9223372036854775807 - 1", "counted exactly"),
                ("SELECT 1 FORM t, u", "value: refused: "),
                ("SELECT count(*) FROM gone", "value: not found: Not found:"
                 " Table acme-data:nba.gone was not found in location US"
                 " (notFound, status 404)")):
            with self.subTest(query):
                self.assert_unknown(self.ask(query), words)
        for type_, value, words in (
                ("BOOLEAN", "true", "'true', which is no number"),
                ("FLOAT", "NaN", "counted exactly"),
                ("FLOAT", "Infinity", "counted exactly"),
                ("FLOAT", "", "has '' in a column of type FLOAT"),
                ("INTEGER", "1.5", "has '1.5' in a column of type INTEGER"),
                ("INTEGER", "9223372036854775808", "of type INTEGER"),
                ("TIMESTAMP", "1768640400000000", "'2026-01-17T09:00:00Z'"),
                ("TIMESTAMP", "-1", "'1969-12-31T23:59:59Z'"),
                ("DATE", "2026-01-16", "'2026-01-16', which is no number"),
                ("INTEGER", 1, "neither text nor null"),
                ("RECORD", {"f": []}, "is a record")):
            with self.subTest(value):
                self.assert_unknown(self.answered(complete(type_, value)),
                                    words)
        self.assert_unknown(self.ask("SELECT 1", "SELECT NULL"),
                            "expected: the query gave NULL")

    def test_only_a_select_is_run(self):
        for query in ("DELETE FROM t WHERE true", "DROP TABLE t",
                      "INSERT INTO t VALUES (1, 2, 3, 4)", "SELECT 1; SELECT"
                      " 2", "SELECT 1; DROP TABLE t", "BEGIN", "CALL x()",
                      "EXECUTE IMMEDIATE 'DROP TABLE t'", ""):
            with self.subTest(query):
                self.assert_unknown(self.ask(query), "only a SELECT may be")
        self.assertEqual(self.bodies("/queries"), [])
        self.assert_value(self.ask("WITH x AS (SELECT 1 AS n) SELECT n FROM"
                                   " x"), 1)

    @needs_keys
    def test_a_token_is_kept_from_call_to_call(self):
        with Plugin("check", "sql", {
                "database": self.server.database(self.dir),
                "value": "SELECT 1"}) as p:
            self.assert_value(p.call(), 1)
            self.assert_value(p.call(), 1)
            self.assertEqual(self.server.token_requests, 1)
            self.server.revoke()
            self.assert_value(p.call(), 1)
            self.assertEqual(self.server.token_requests, 2)

    def test_hostile_dates_are_data(self):
        with Plugin("check", "sql", {
                "database": self.server.database(),
                "value": "SELECT count(*) FROM t WHERE day = :date"}) as p:
            for text in (*HOSTILE, "2026-02-30", "x" * 30000):
                self.server.requests.clear()
                self.assert_unknown(p.call(date=text), "Invalid value")
                query = self.bodies("/jobs")[0]["configuration"]["query"]
                self.assertEqual(query["queryParameters"][0]
                                 ["parameterValue"]["value"], text)
                self.assertEqual(query["query"], "SELECT count(*) FROM t"
                                 " WHERE day = @date")


class Jobs(Bq):
    def test_a_slow_job_is_waited_for(self):
        self.server.polls = 3
        self.server.location = "europe-west3"
        self.assert_value(self.ask("SELECT count(*) FROM t"), 4)
        polled = [r for r in self.server.requests if r.method == "GET"]
        self.assertEqual(len(polled), 3)
        for r in polled:
            self.assertEqual(r.query["location"], "europe-west3")
        self.assertEqual(self.server.cancelled, [])

    def test_a_job_that_is_too_slow_is_cancelled(self):
        self.server.polls = 10 ** 6
        began = time.monotonic()
        r = self.ask("SELECT 1", budget_ms=4000)
        self.assert_unknown(r, "value: stopped at the deadline")
        self.assertLess(time.monotonic() - began, 20)
        self.assertEqual(self.server.cancelled, [("job_0", "US")])
        # it may have cost what was foreseen
        self.assertEqual(r["evidence"]["bytes_billed"], str(12 * MIB))
        self.assertLess(len(self.server.requests), 40, "asked in a rush")
        timeout = int(self.bodies("/queries")[0]["jobTimeoutMs"])
        self.assertTrue(0 < timeout < 4000)

    def test_pages(self):
        self.db.executemany("INSERT INTO t VALUES ('p', ?, 0, '')",
                            [(f"g{i}",) for i in range(250)])
        self.server.page_rows = 100
        r = self.cover("SELECT id FROM t WHERE day = 'p'",
                       "SELECT id FROM t WHERE day = 'p' AND id <> 'g249'")
        self.assert_value(r, 249, 250)
        self.assertEqual(r["missing"], ["g249"])
        tokens = [r.query.get("pageToken") for r in self.server.requests
                  if r.method == "GET"]
        self.assertEqual(tokens, ["p100", "p200"] * 2)

    def test_rows_that_do_not_come_are_not_missing(self):
        two = {**complete(), "totalRows": "2"}
        self.assert_unknown(self.answered(two), "1 of 2 rows came")
        self.server.page_rows = 2

        def gone(_):
            return {**complete("STRING", "a"), "totalRows": "4",
                    "pageToken": None}

        self.server.script(self.server.answer, self.server.answer, gone)
        self.assert_unknown(self.cover("SELECT id FROM t", "SELECT 'a'"),
                            "expected: 3 of 4 rows came")

    def test_an_empty_result_has_no_rows(self):
        none = "SELECT id FROM t WHERE day = 'none'"
        self.assert_value(self.cover(none, none), 0, 0)
        self.assertNotIn("rows", self.server.page("job_0", 0))
        self.assert_unknown(self.ask(none), "no row")

    def test_answers_that_are_none(self):
        for answer, words in (
                ({}, "no job to ask"), ({"jobComplete": True}, "no schema"),
                ({"jobComplete": False}, "no job to ask"),
                (complete(totalRows=None), "how many rows"),
                (complete(totalRows="some", rows=None), "no list"),
                ({k: v for k, v in complete().items() if k not in (
                    "rows", "totalRows")}, "how many rows"),
                (complete(rows="x"), "no list"),
                (complete(rows=[{"f": []}]), "0 values for 1 columns"),
                (complete(rows=[{}]), "0 values for 1 columns"),
                (complete(rows=[None]), "0 values for 1 columns"),
                (complete(schema={"fields": []}), "0 columns"),
                ((200, {}, b"\xff"), "no JSON object"),
                ((200, {}, '{"jobComplete": true'), "no JSON object")):
            with self.subTest(answer):
                self.assert_unknown(self.answered(answer), words)
        self.server.script({"statistics": {"query": {}}})
        self.assert_unknown(self.ask("SELECT 1"), "does not say how many")
        self.server.script({})
        self.assert_unknown(self.ask("SELECT 1"), "does not say how many")

    def test_errors_are_told_apart_by_reason(self):
        for answer, words in (
                (error(403, "quotaExceeded", "Quota exceeded: daily"),
                 "value: quota used up: Quota exceeded: daily"),
                (error(403, "rateLimitExceeded", "too many"),
                 "asked too often"),
                (error(403, "accessDenied", "Access Denied: Table x"),
                 "access denied"),
                (error(404, "notFound", "Not found: Dataset x"),
                 "not found"),
                (error(500, "bytesBilledLimitExceeded", "Query exceeded"),
                 "over the limit of bytes: Query exceeded"),
                (error(400, "resourcesExceeded", "x"), "refused"),
                (error(400, "invalidQuery", "Division by zero"),
                 "refused: Division by zero (invalidQuery, status 400)")):
            with self.subTest(words):
                self.assert_unknown(self.answered(answer), words)
                self.server.script(answer)
                self.assert_unknown(self.ask("SELECT 1"), words)

    def test_trouble_is_asked_about_once_more(self):
        busy = error(503, "backendError", "Error encountered")
        self.assert_value(self.answered(busy), 1)
        ids = [b["requestId"] for b in self.bodies("/queries")]
        self.assertEqual(len(ids), 2)
        self.assertEqual(ids[0], ids[1])
        self.assert_value(self.answered(ConnectionError), 1)
        self.assert_unknown(self.answered(busy, busy),
                            "value: trouble at the far end: Error enc")
        self.assert_unknown(self.hung_up(), "value: no answer")

    def test_a_missing_filter_on_partitions_is_named(self):
        self.server.partitioned = {"t": "day"}
        self.assert_unknown(self.ask("SELECT count(*) FROM t"),
                            "value: no filter on the partitions: refused:"
                            " Cannot query over table 'acme-data.nba.t'")
        self.assert_value(self.ask(
            "SELECT count(*) FROM t WHERE day = :date"), 3)


class Snapshot(Bq):
    def count_twice(self, **database):
        self.db.execute("PRAGMA journal_mode = WAL")
        self.server.before_query = lambda: self.db.execute(
            "INSERT INTO t VALUES ('2026-01-16', 'x', 9, '')")
        count = "SELECT count(*) FROM t"
        return self.ask(count, count, database=database)

    def test_both_queries_see_the_same_state(self):
        self.assert_value(self.count_twice(snapshot=True), 4, 4)
        self.assertEqual(self.server.sessions, {}, "left open")
        queries = [b["query"] for b in self.bodies("/queries")]
        self.assertEqual(queries[0], "BEGIN TRANSACTION")
        self.assertEqual(queries[-1], "CALL BQ.ABORT_SESSION()")
        self.assertEqual(len(queries), 4)

    def test_without_it_they_see_both(self):
        self.assert_value(self.count_twice(), 5, 6)

    def test_a_session_that_does_not_begin_is_unknown(self):
        for answer, words in (
                (error(403, "accessDenied", "no"),
                 "value: snapshot: access denied"),
                ({"jobComplete": True}, "no transaction has begun"),
                ({"jobComplete": False, "sessionInfo": {"sessionId": "x"}},
                 "no transaction has begun")):
            self.assert_unknown(self.answered(
                answer, database={"snapshot": True}), words)

    def test_it_is_ended_whatever_becomes_of_the_query(self):
        self.server.script(self.server.answer, self.server.answer,
                           error(400, "invalidQuery", "no"))
        self.assert_unknown(self.ask("SELECT 1",
                                     database={"snapshot": True}), "refused")
        self.assertEqual(self.server.sessions, {})


class Cost(Bq):
    def test_bytes_are_evidence(self):
        r = self.ask("SELECT 1", "SELECT 2")
        self.assertEqual(r["evidence"], {
            "database": "warehouse", "bytes_estimated": str(24 * MIB),
            "bytes_billed": str(24 * MIB)})
        self.server.bytes = 12 * MIB + 1
        self.assertEqual(self.ask("SELECT 1")["evidence"]["bytes_billed"],
                         str(13 * MIB))
        self.server.bytes = 1
        self.assertEqual(self.ask("SELECT 1")["evidence"]["bytes_billed"],
                         str(10 * MIB))
        self.server.cached = True
        r = self.ask("SELECT 1")
        self.assertEqual((r["evidence"]["bytes_estimated"],
                          r["evidence"]["bytes_billed"]),
                         (str(10 * MIB), "0"))

    def test_a_slow_job_says_what_it_read(self):
        self.server.polls = 1
        self.server.bytes = 40 * MIB + 1
        self.assertEqual(self.ask("SELECT 1")["evidence"]["bytes_billed"],
                         str(41 * MIB))

    def test_the_service_refuses_more_than_may_be_billed(self):
        r = self.ask("SELECT 1", database={"max_bytes_billed": 11 * MIB})
        self.assert_unknown(r, "value: over the limit of bytes: Query"
                            " exceeded limit for bytes billed: 11534336."
                            " 12582912 or higher required."
                            " (bytesBilledLimitExceeded, status 500)")
        self.assertNotIn("bytes_billed", r["evidence"])
        self.assertEqual(len(self.bodies("/queries")), 1, "tried again")
        self.assert_value(self.ask(
            "SELECT 1", database={"max_bytes_billed": 12 * MIB}), 1)

    def test_a_kept_connection_has_the_limit_of_now(self):
        o = {"database": self.server.database(max_bytes_billed=20 * MIB),
             "value": "SELECT 1"}
        with Plugin("check", "sql", o) as p:
            self.assert_value(p.call(), 1)
            p.open(2, {**o, "database": self.server.database(
                max_bytes_billed=11 * MIB)})
            self.assert_unknown(p.call(to=2), "over the limit of bytes")
            self.assertEqual(self.server.token_requests, 2)
            self.assert_unknown(p.call(to=2), "over the limit of bytes")
            self.assertEqual(self.server.token_requests, 2)

    def test_a_budget_goes_before_the_query(self):
        r = self.ask("SELECT 1", "SELECT 2", budget_bytes=str(20 * MIB))
        self.assert_unknown(r, "budget: ")
        self.assertEqual(len(self.bodies("/queries")), 1)
        self.assertEqual(r["evidence"]["bytes_billed"], str(12 * MIB))
        self.assertEqual(self.bodies("/queries")[0]["maximumBytesBilled"],
                         str(20 * MIB))
        self.server.bytes = 0
        self.assert_value(self.ask("SELECT 1", budget_bytes="0"), 1)
        self.assertEqual(self.bodies("/queries")[-1]["maximumBytesBilled"],
                         "1")

    def test_what_went_wrong_is_billed_when_it_may_have_run(self):
        r = self.hung_up()
        self.assertEqual(r["status"], "unknown")
        self.assertEqual(r["evidence"]["bytes_billed"], str(12 * MIB))
        r = self.answered(error(400, "invalidQuery", "no"))
        self.assertNotIn("bytes_billed", r["evidence"])

    def test_rounding_is_theirs(self):
        self.assertEqual([billed(n) for n in (0, 1, 10 * MIB, 10 * MIB + 1)],
                         [0, 10 * MIB, 10 * MIB, 11 * MIB])


class Coverage(Bq):
    def test_missing_and_extra(self):
        r = self.cover("SELECT 'a' UNION ALL SELECT 'b' UNION ALL SELECT 'x'"
                       " UNION ALL SELECT 'y'",
                       "SELECT id FROM t WHERE day = :date")
        self.assert_value(r, 2, 4)
        self.assertEqual(r["missing"], ["x", "y"])
        self.assertEqual(r["extra"], ["c"])

    def test_ids_are_what_the_service_says(self):
        self.server.types = {"at": "TIMESTAMP"}
        r = self.cover("SELECT arrived_at AS at FROM t WHERE n = 1",
                       "SELECT '2026-01-17T10:00:00Z'")
        self.assert_value(r, 1, 1)
        r = self.cover("SELECT 9007199254740993", "SELECT 9007199254740992")
        self.assert_value(r, 0, 1)
        self.assertEqual(r["missing"], ["9007199254740993"])

    def test_hostile_ids_are_data(self):
        for text in HOSTILE:
            self.db.execute("INSERT INTO t VALUES ('h', ?, 0, '')", (text,))
        r = self.cover("SELECT id FROM t WHERE day = 'h'", "SELECT 'x'")
        self.assertEqual(r["missing_count"], len(HOSTILE))
        self.assertIn("'; DROP TABLE t; --", r["missing"])


class Dataset(Bq):
    """Check `bigquery_dataset`."""

    def look(self, *script, **options):
        self.server.script(*script)
        with Plugin("check", "bigquery_dataset", self.server.options(
                project="acme-data", **{"dataset": "nba", **options})) as p:
            return p.call()

    def test_both_directions(self):
        self.db.executescript("CREATE TABLE u (a); CREATE VIEW v AS"
                              " SELECT 1; CREATE TABLE tmp_1 (a)")
        self.server.page_rows = 2
        r = self.look(tables=["t", "v", "w"])
        self.assert_value(r, 2, 3)
        self.assertEqual(r["missing"], ["w"])
        self.assertNotIn("extra", r)
        r = self.look(tables=["t", "v"], undeclared=["*"])
        self.assertEqual(r["extra"], ["tmp_1", "u"])
        r = self.look(tables=["t", "v", "u"], undeclared=["tmp_*"])
        self.assertEqual(r["extra"], ["tmp_1"])

    def test_an_empty_data_set_is_a_fact(self):
        self.assert_value(self.look({"kind": "bigquery#tableList",
                                     "totalItems": 0}, tables=["t"]), 0, 1)

    def test_what_could_not_tell(self):
        self.assert_unknown(self.look(tables=["t"], dataset="other"),
                            "tables of acme-data.other: not found")
        again = {"nextPageToken": "0", "tables": []}
        for answers, words in (
                ([error(403, "accessDenied", "no")], "access denied"),
                ([error(403, "quotaExceeded", "no")], "quota used up"),
                ([{"tables": [{}]}], "without a name"),
                ([{"tables": {}}], "no list"),
                ([again, again], "same page again"),
                ([(200, {}, "{")], "no JSON object")):
            with self.subTest(words):
                self.assert_unknown(self.look(*answers, tables=["t"]),
                                    words)

    def test_options(self):
        for options, words in (({"tables": []}, "tables"),
                               ({"tables": ["t", "t"]}, "named twice"),
                               ({"tables": ["t"], "dataset": ""},
                                "dataset")):
            self.assertIn(words, refusal(
                "check", "bigquery_dataset", self.server.options(
                    project="p", **{"dataset": "nba", **options})) or "")


class Options(Bq):
    def test_what_is_no_database_is_said(self):
        for change, words in (
                ({"project": None}, "no 'project'"),
                ({"endpoint": "http://bigquery.googleapis.com"}, "endpoint"),
                ({"credentials": "{}"}, "credentials: ")):
            with self.subTest(change):
                self.assertIn(words, refusal("check", "sql", {
                    "database": self.server.database(**change),
                    "value": "SELECT 1"}) or "")
        self.assert_unknown(self.ask("SELECT 1",
                                     database={"project": "other"}),
                            "Not found: Project other")
        self.assertIn("bigquery", refusal("check", "sql", {
            "database": {"driver": "mysql"}, "value": "SELECT 1"}))

    def test_a_location_goes_along(self):
        self.server.location = "EU"
        self.server.polls = 1
        self.assert_value(self.ask("SELECT 1",
                                   database={"location": "EU"}), 1)
        self.assertEqual(self.bodies("/queries")[0]["location"], "EU")
        self.assertEqual(self.bodies("/jobs")[0]["jobReference"]["location"],
                         "EU")
        self.assertNotIn("canary", json.dumps(self.bodies("/jobs")))


if __name__ == "__main__":
    main()
