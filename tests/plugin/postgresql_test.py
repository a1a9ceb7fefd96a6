#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Checks `sql` and `sql_coverage` against a real PostgreSQL server."""
import os
import sys
import time

from host import BUILD, HOSTILE, Case, Plugin, main, refusal
from postgres import Absent, Postgres
from sql_case import Asks, quoted

SERVER = None


class Pg(Asks, Case):
    def setUp(self):
        super().setUp()
        SERVER.sql("""
            DROP TABLE IF EXISTS t;
            CREATE TABLE t (day date, id text, n bigint,
                            arrived_at timestamptz);
            INSERT INTO t VALUES
              ('2026-01-16', 'a', 1, '2026-01-17T10:00:00Z'),
              ('2026-01-16', 'b', 2, '2026-01-17T11:00:00Z'),
              ('2026-01-16', 'c', 3, '2026-01-17T12:00:00Z'),
              ('2026-01-15', 'd', 4, '2026-01-16T10:00:00Z');""")

    def database(self):
        return {"name": "dwh", "driver": "postgresql", "path": None,
                "dsn": SERVER.dsn()}


class Value(Pg):
    def test_date_and_now_are_bound_by_their_types(self):
        q = ("SELECT count(*) FROM t WHERE day = :date"
             " AND arrived_at <= :now")
        self.assert_value(self.ask(q), 2)
        self.assert_value(self.ask(q, date="2026-01-15"), 1)
        self.assert_value(self.ask(q, now_ms=1768651200999), 3)
        self.assert_value(self.ask(q, now_ms=1768651199999), 2)
        self.assert_value(self.ask(
            "SELECT count(*) FROM t WHERE arrived_at::date = :date::date"
            " AND day < :date AND :now > arrived_at"), 1)

    def test_what_looks_like_a_parameter_and_is_none(self):
        self.assert_value(self.ask(
            "SELECT count(*) FROM t WHERE day = :date AND ':day' <> ''"
            " AND E'\\':day' <> '' AND $x$ :day ' $x$ <> id -- :day\n"
            " AND /* :day /* ' */ */ \"n\"::int > 0"), 3)

    def test_numbers(self):
        self.assert_value(self.ask("SELECT 3", "SELECT 2 * 5"), 3, 10)
        self.assert_value(self.ask("SELECT 0", "SELECT 0"), 0, 0)
        self.assert_value(self.ask("SELECT 0.25::float8"), 0.25)
        self.assert_value(self.ask("SELECT 0.25::numeric"), 0.25)
        self.assert_value(self.ask("SELECT '12.5'"), 12.5)
        self.assert_value(self.ask("SELECT 9007199254740992"),
                          9007199254740992)
        self.assert_value(self.ask("VALUES (7)"), 7)

    def test_the_database_is_evidence(self):
        self.assertEqual(self.ask("SELECT 1")["evidence"]["database"], "dwh")

    def test_what_is_no_number_is_unknown(self):
        for query, words in (
                ("SELECT NULL", "NULL"),
                ("SELECT max(n) FROM t WHERE day = '2001-01-01'", "NULL"),
                ("SELECT n FROM t WHERE day = '2001-01-01'", "no row"),
                ("SELECT n FROM t", "more than one row"),
                ("SELECT 1, 2", "2 columns"),
                ("SELECT 1,2,3,4,5,6,7,8,9", "9 columns"),
                ("SELECT 'many'", "'many', which is no number"),
                ("SELECT true", "no number"),
                ("SELECT 'nan'::numeric", "no number"),
                ("SELECT 'nan'::float8", "counted exactly"),
                ("SELECT 'infinity'::float8", "counted exactly"),
                ("SELECT decode('01', 'hex')", "BLOB"),
                ("SELECT 9007199254740993", "counted exactly"),
                ("SELECT 1 FORM t", "syntax error"),
                ("SELECT count(*) FROM gone",
                 'relation "gone" does not exist (SQLSTATE 42P01)'),
                ("SELECT 1 / 0", "division by zero"),
                ("SELECT 'unended", "does not end"),
                ("", "no columns"), ("  -- nothing", "no columns")):
            with self.subTest(query):
                self.assert_unknown(self.ask(query), words)
        self.assert_unknown(self.ask("SELECT 1", "SELECT NULL"),
                            "expected: the query gave NULL")

    def test_nothing_is_written(self):
        for query, words in (
                ("DELETE FROM t", "no columns"),
                ("DELETE FROM t RETURNING n", "only reading"),
                ("WITH d AS (DELETE FROM t RETURNING 1) SELECT 1",
                 "only reading"),
                ("SELECT setval('s', 1) FROM (SELECT 1) x", ""),
                ("DROP TABLE t", "no columns"),
                ("COMMIT", "no columns"), ("ROLLBACK", "no columns"),
                ("SET transaction_read_only = off", "no columns"),
                ("DO $$BEGIN DELETE FROM t; END$$", "no columns"),
                ("COPY t TO PROGRAM 'touch owned'", ""),
                ("SELECT set_config('transaction_read_only', 'off', true)",
                 ""),
                ("SELECT 1; SELECT 2", "multiple commands"),
                ("SELECT 1; DROP TABLE t", "multiple commands")):
            with self.subTest(query):
                self.assert_unknown(self.ask(query, "SELECT 1"), words)
        # what turns it off in one query doesn't help the next one
        for opener in ("SELECT length(set_config("
                       "'default_transaction_read_only', 'off', false))",
                       "SELECT length(set_config('role', 'owner', true))"):
            self.assertEqual(self.ask(
                opener, "WITH d AS (DELETE FROM t RETURNING 1)"
                " SELECT count(*) FROM d")["status"], "unknown")
        self.assertEqual(SERVER.sql("SELECT count(*) FROM t").strip(), "4")

    def test_other_parameters_are_refused_with_their_name(self):
        for parameter in (":day", ":dates", ":nowhere", "$1"):
            self.assert_unknown(
                self.ask(f"SELECT count(*) FROM t WHERE id = {parameter}"),
                "is unknown; there are :date and :now")

    def test_hostile_dates_are_data(self):
        rows = ", ".join(f"({quoted(x)}, {i})" for i, x in enumerate(HOSTILE))
        SERVER.sql("DROP TABLE IF EXISTS h; CREATE TABLE h (day text, n int);"
                   f"INSERT INTO h VALUES {rows}")
        with Plugin("check", "sql", self.options(
                value="SELECT n FROM h WHERE day = :date")) as p:
            for i, text in enumerate(HOSTILE):
                self.assert_value(p.call(date=text), i)
        self.assert_unknown(self.ask(
            "SELECT count(*) FROM t WHERE day = :date", date="2026-02-30"),
            "out of range")

    def test_a_query_without_end_stops_at_the_deadline(self):
        began = time.monotonic()
        self.assert_unknown(self.ask("SELECT pg_sleep(60), 1",
                                     budget_ms=800), "deadline")
        self.assertLess(time.monotonic() - began, 20)
        until = time.monotonic() + 20
        while SERVER.sql("SELECT count(*) FROM pg_stat_activity WHERE"
                         " query LIKE '%pg_sleep(60)%' AND"
                         " pid <> pg_backend_pid() AND"
                         " state = 'active'").strip() != "0":
            self.assertLess(time.monotonic(), until, "it runs on")

    def test_a_lock_is_no_zero(self):
        """A table that is locked can't be read in time."""
        SERVER.sql("CREATE OR REPLACE FUNCTION locked() RETURNS int AS"
                   " $$ SELECT 1 FROM pg_sleep(60) $$ LANGUAGE sql")
        self.assert_unknown(self.ask("SELECT locked()", budget_ms=600),
                            "deadline")

    def test_both_queries_see_the_same_state(self):
        with Plugin("check", "sql", self.options(
                value="SELECT count(*) + 0 * length(pg_sleep(6)::text)"
                " FROM t", expected="SELECT count(*) FROM t")) as p:
            p.start(budget_ms=30000)
            until = time.monotonic() + 20
            while SERVER.sql("SELECT count(*) FROM pg_stat_activity WHERE"
                             " wait_event = 'PgSleep'").strip() == "0":
                self.assertLess(time.monotonic(), until)
            SERVER.sql("DELETE FROM t WHERE id = 'a'")
            self.assert_value(p.finish(), 4, 4)

    def test_a_server_that_is_away(self):
        for dsn, words in (
                (f"host={self.dir} dbname=postgres user=owner",
                 "cannot connect: "),
                ("host=127.0.0.1 port=1 dbname=x", "cannot connect: "),
                (SERVER.dsn().replace("dbname=postgres", "dbname=gone"),
                 "does not exist"),
                ("nonsense", "cannot connect: "),
                ("service=gone", "cannot connect: ")):
            o = {"database": {"name": "d", "driver": "postgresql",
                              "dsn": dsn}, "value": "SELECT 0"}
            with self.subTest(dsn), Plugin("check", "sql", o) as p:
                self.assert_unknown(p.call(), words)

    def test_a_password_is_never_shown(self):
        SERVER.sql("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
        o = {"database": {"name": "d", "driver": "postgresql",
                          "dsn": SERVER.dsn("nobody_known",
                                            "password=owl_canary")},
             "value": "SELECT 0"}
        with Plugin("check", "sql", o) as p:
            r = p.call()
            self.assert_unknown(r, "nobody_known")
            self.assertNotIn("owl_canary", str(r) + p.output())
        for dsn, words in (
                ("postgresql://gw:owl_canary/x@127.0.0.1:1/db", "write %40"),
                ("postgres://gw:x@owl_canary@127.0.0.1:1/db", "write %40"),
                ("postgresql://gw:owl%40_canary@127.0.0.1:1/db", "refused"),
                ("postgresql://127.0.0.1:1/db?user=a@b", "refused"),
                ("host=127.0.0.1 port=1 password=a@/owl_canary", "refused")):
            with Plugin("check", "sql", {"value": "SELECT 1", "database": {
                    "driver": "postgresql", "name": "wh",
                    "dsn": dsn}}) as p:
                r = p.call()
                self.assert_unknown(r, words)
                self.assertNotIn("canary", str(r) + p.output())


class Coverage(Pg):
    def test_missing_and_extra(self):
        r = self.cover("VALUES ('a'), ('b'), ('x'), ('y')",
                       "SELECT id FROM t WHERE day = :date")
        self.assert_value(r, 2, 4)
        self.assertEqual(r["missing"], ["x", "y"])
        self.assertEqual(r["extra"], ["c"])

    def test_many_rows_one_by_one(self):
        r = self.cover("SELECT 'game_' || i FROM generate_series(1, 100000)"
                       " i", "SELECT 'game_7'")
        self.assert_value(r, 1, 100000)
        self.assertEqual(r["missing_count"], 99999)

    def test_an_error_in_the_middle_is_unknown(self):
        self.assert_unknown(self.cover(
            "SELECT i / (i - 5000) FROM generate_series(1, 9000) i",
            "SELECT 1"), "division by zero")


if __name__ == "__main__":
    if not os.path.exists(os.path.join(BUILD, "plugins/check/.libs")):
        print("skipped: the plugins have not been built")
        sys.exit(77)
    if "no driver" in (refusal("check", "sql", {
            "database": {"driver": "postgresql", "dsn": "service=x"},
            "value": "SELECT 1"}) or ""):
        print("skipped: built without libpq")
        sys.exit(77)
    try:
        SERVER = Postgres()
    except Absent as absent:
        print(f"skipped: {absent}")
        sys.exit(77)
    try:
        main()
    finally:
        SERVER.stop()
