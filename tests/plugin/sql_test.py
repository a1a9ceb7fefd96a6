#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Checks `sql` and `sql_coverage` against real SQLite files."""
import os
import sqlite3
import time

from host import HOSTILE, Case, Plugin, main, refusal
from sql_case import Asks

ENDLESS = ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
           " SELECT count(*) FROM n")


class Sql(Asks, Case):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.dir, "wärehouse?mode=rwc#1.db")
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.addCleanup(self.db.close)
        self.db.executescript("""
            CREATE TABLE t (day TEXT, id TEXT, n INTEGER, arrived_at TEXT);
            INSERT INTO t VALUES
              ('2026-01-16', 'a', 1, '2026-01-17T10:00:00Z'),
              ('2026-01-16', 'b', 2, '2026-01-17T11:00:00Z'),
              ('2026-01-16', 'c', 3, '2026-01-17T12:00:00Z'),
              ('2026-01-15', 'd', 4, '2026-01-16T10:00:00Z');
            """)

    def database(self):
        return {"name": "dwh", "driver": "sqlite", "path": self.path,
                "dsn": None}


class Value(Sql):
    def test_date_and_now_are_bound(self):
        q = ("SELECT count(*) FROM t WHERE day = :date"
             " AND arrived_at <= :now")
        self.assert_value(self.ask(q), 2)
        self.assert_value(self.ask(q, date="2026-01-15"), 1)
        self.assert_value(self.ask(q, now_ms=1768651200999), 3)
        self.assert_value(self.ask(q, now_ms=1768651199999), 2)

    def test_expected_is_told_beside_it(self):
        self.assert_value(self.ask("SELECT 3", "SELECT 2 * 5"), 3, 10)
        self.assert_value(self.ask("SELECT 0", "SELECT 0"), 0, 0)
        self.assert_value(self.ask("SELECT 0.25"), 0.25)
        self.assert_value(self.ask("SELECT '12.5'"), 12.5)
        self.assert_value(self.ask("SELECT 9007199254740992"),
                          9007199254740992)

    def test_the_database_is_evidence(self):
        self.assertEqual(self.ask("SELECT 1")["evidence"]["database"], "dwh")

    def test_what_is_no_number_is_unknown(self):
        for query, words in (
                ("SELECT NULL", "NULL"),
                ("SELECT max(n) FROM t WHERE day = 'x'", "NULL"),
                ("SELECT n FROM t WHERE day = 'x'", "no row"),
                ("SELECT n FROM t", "more than one row"),
                ("SELECT 1, 2", "2 columns"),
                ("SELECT 'many'", "'many', which is no number"),
                ("SELECT ''", "no number"),
                ("SELECT ' 1'", "no number"),
                ("SELECT '0x10'", "no number"),
                ("SELECT 'nan'", "no number"),
                ("SELECT '1,5'", "no number"),
                ("SELECT x'01'", "BLOB"),
                ("SELECT 9e999", "counted exactly"),
                ("SELECT 9007199254740993", "counted exactly"),
                ("SELECT 1 FROM", "incomplete input"),
                ("SELECT 1 FORM t", "syntax error"),
                ("SELECT count(*) FROM gone", "no such table: gone"),
                ("", "empty"), ("  -- nothing", "empty")):
            with self.subTest(query):
                self.assert_unknown(self.ask(query), words)
        self.assert_unknown(self.ask("SELECT 1", "SELECT NULL"),
                            "expected: the query gave NULL")

    def test_only_one_select_may_be_asked(self):
        for query, words in (
                ("DELETE FROM t", "only a SELECT"),
                ("INSERT INTO t VALUES (1, 2, 3, 4)", "only a SELECT"),
                ("UPDATE t SET n = 0 RETURNING n", "only a SELECT"),
                ("DROP TABLE t", "only a SELECT"),
                ("PRAGMA query_only = 0", "PRAGMA"),
                ("PRAGMA page_count", "PRAGMA"),
                ("ATTACH '/tmp/x.db' AS x", "ATTACH"),
                ("COMMIT", "a transaction"),
                ("EXPLAIN SELECT 1", "EXPLAIN"),
                ("VACUUM", "only a SELECT"),
                ("CREATE TABLE u (n)", "only a SELECT"),
                ("CREATE TEMP TABLE u (n)", "only a SELECT"),
                ("ALTER TABLE t RENAME TO u", "only a SELECT"),
                ("SELECT load_extension('x')", ""),
                ("SELECT 1; SELECT 2", "one statement"),
                ("SELECT 1; DROP TABLE t", "one statement"),
                ("SELECT 1; junk", "one statement")):
            with self.subTest(query):
                self.assert_unknown(self.ask(query), words)
        for query in ("SELECT 1;", "SELECT 1 ; ; -- end", "SELECT 1 /* x */"):
            self.assert_value(self.ask(query), 1)
        self.assertEqual(self.db.execute("SELECT count(*) FROM t")
                         .fetchone()[0], 4)

    def test_other_parameters_are_refused_with_their_name(self):
        for parameter in (":day", "@date", "$date", "?", "?1"):
            self.assert_unknown(
                self.ask(f"SELECT count(*) FROM t WHERE day = {parameter}"),
                f"parameter {parameter} is unknown")

    def test_hostile_dates_are_data(self):
        for i, text in enumerate(HOSTILE):
            self.db.execute("INSERT INTO t VALUES (?, 'x', ?, '')", (text, i))
        with Plugin("check", "sql", self.options(
                value="SELECT n FROM t WHERE day = :date")) as p:
            for i, text in enumerate(HOSTILE):
                self.assert_value(p.call(date=text), i)

    def test_a_query_without_end_stops_at_the_deadline(self):
        began = time.monotonic()
        self.assert_unknown(self.ask(ENDLESS, budget_ms=600),
                            "stopped at the deadline")
        self.assertLess(time.monotonic() - began, 20)

    def test_a_lock_is_waited_for(self):
        self.db.execute("PRAGMA journal_mode = DELETE")
        with Plugin("check", "sql", self.options(
                value="SELECT count(*) FROM t")) as p:
            self.db.execute("BEGIN EXCLUSIVE")
            self.assert_unknown(p.call(budget_ms=2000), "locked")
            p.start(budget_ms=10000)
            self.db.execute("INSERT INTO t VALUES (1, 2, 3, 4)")
            self.db.execute("COMMIT")
            self.assert_value(p.finish(), 5)

    def test_both_queries_see_the_same_state(self):
        """A row that comes in while the first one runs is in neither."""
        self.db.execute("PRAGMA journal_mode = WAL")
        long = ("(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                " FROM n LIMIT 4000000) SELECT count(*) FROM n)")
        with Plugin("check", "sql", self.options(
                value=f"SELECT count(*) + 0 * {long} FROM t",
                expected="SELECT count(*) FROM t")) as p:
            before = p.cpu()
            p.start(budget_ms=30000)
            until = time.monotonic() + 20
            while p.cpu() < before + 10:
                self.assertLess(time.monotonic(), until)
            self.db.execute("INSERT INTO t VALUES (1, 2, 3, 4)")
            self.assert_value(p.finish(), 4, 4)
            self.assert_value(p.call(budget_ms=30000), 5, 5)

    def test_what_is_no_database_is_said(self):
        self.db.close()
        with Plugin("check", "sql", self.options(
                value="SELECT count(*) FROM t")) as p:
            self.assert_value(p.call(), 4)
            os.rename(self.path, self.path + ".away")
            self.assert_unknown(p.call(), "unable to open database file")
            self.assertFalse(os.path.exists(self.path), "made one")
            with open(self.path, "w", encoding="ascii") as f:
                f.write("no database at all\n" * 100)
            self.assert_unknown(p.call(), "not a database")
            os.rename(self.path + ".away", self.path)
            self.assert_value(p.call(), 4)

    def test_drivers(self):
        self.assertIn("no database driver 'mysql'; known: sqlite,"
                      " postgresql", refusal(
            "check", "sql", {"database": {"driver": "mysql"},
                             "value": "SELECT 1"}))
        self.assertIn("no database is set", refusal(
            "check", "sql", {"value": "SELECT 1"}))


class Coverage(Sql):
    def test_missing_and_extra(self):
        r = self.cover("SELECT 'a' UNION SELECT 'b' UNION SELECT 'x'"
                       " UNION SELECT 'y'",
                       "SELECT id FROM t WHERE day = :date")
        self.assert_value(r, 2, 4)
        self.assertEqual(r["missing"], ["x", "y"])
        self.assertEqual(r["missing_count"], 2)
        self.assertEqual(r["extra"], ["c"])
        self.assertEqual(r["extra_count"], 1)

    def test_over_complete_is_not_more_than_all(self):
        """January 19: 8 box scores for 3 games."""
        three = "SELECT value FROM json_each('[1, 2, 3]')"
        eight = "SELECT value FROM json_each('[1, 2, 3, 4, 5, 6, 7, 8]')"
        r = self.cover(three, eight)
        self.assert_value(r, 3, 3)
        self.assertEqual(r["extra_count"], 5)
        self.assertNotIn("missing", r)

    def test_each_id_counts_once(self):
        r = self.cover("SELECT 'a' UNION ALL SELECT 'a' UNION ALL SELECT 1",
                       "SELECT '1' UNION ALL SELECT 1 UNION ALL SELECT 'a'")
        self.assert_value(r, 2, 2)

    def test_nothing_expected_is_said_as_such(self):
        none = "SELECT 'a' WHERE 0"
        self.assert_value(self.cover(none, none), 0, 0)
        r = self.cover(none, "SELECT 'a'")
        self.assert_value(r, 0, 0)
        self.assertEqual(r["extra"], ["a"])

    def test_null_names_nothing(self):
        self.assert_unknown(self.cover("SELECT NULL", "SELECT 'a'"), "NULL")
        r = self.cover("SELECT 'a'", "SELECT 'a' UNION ALL SELECT NULL")
        self.assert_value(r, 1, 1)
        self.assertIn("1 rows without an id", r["remark"])

    def test_many_missing_are_counted_exactly(self):
        r = self.cover(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            " LIMIT 100000) SELECT 'game_' || i FROM n", "SELECT 'game_7'")
        self.assert_value(r, 1, 100000)
        self.assertEqual(r["missing_count"], 99999)
        self.assertLess(len(r["missing"]), 99999)

    def test_errors_are_unknown(self):
        self.assert_unknown(self.cover("SELECT 1, 2", "SELECT 1"),
                            "expected: the query has 2 columns")
        self.assert_unknown(self.cover("SELECT 1", "SELECT x'00'"), "BLOB")
        self.assert_unknown(self.cover("SELECT 1", "SELECT x FROM gone"),
                            "actual: no such table")
        self.assert_unknown(self.cover("SELECT 1", ENDLESS, budget_ms=500),
                            "deadline")

    def test_hostile_ids_are_data(self):
        for text in HOSTILE:
            self.db.execute("INSERT INTO t VALUES ('h', ?, 0, '')", (text,))
        r = self.cover("SELECT id FROM t WHERE day = 'h'", "SELECT 'x'")
        self.assertEqual(r["missing_count"], len(HOSTILE))
        self.assertIn("ünïcödé", r["missing"])
        self.assertIn("'; DROP TABLE t; --", r["missing"])


if __name__ == "__main__":
    main()
