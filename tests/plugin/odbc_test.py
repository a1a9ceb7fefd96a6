#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Checks `sql` and `sql_coverage` through unixODBC, with Debian's drivers for
SQLite and PostgreSQL. Neither needs an entry in a configuration file: the
connection string names the driver's library."""
import glob
import os
import sqlite3
import sys
import time

from host import BUILD, HOSTILE, Case, Plugin, main, refusal
from postgres import Absent, Postgres
from sql_case import Asks, quoted

SERVER = None
LIBRARY = "/usr/lib/*/odbc/"
ROWS = (("2026-01-16", "a", 1), ("2026-01-16", "b", 2),
        ("2026-01-16", "c", 3), ("2026-01-15", "d", 4))


def driver(name):
    found = glob.glob(LIBRARY + name)
    return found[0] if found else None


class Any(Asks):
    """What both have to do."""
    def database(self):
        return {"name": "dwh", "driver": "odbc", "dsn": self.dsn()}

    def test_date_and_now_are_bound(self):
        q = "SELECT count(*) FROM t WHERE day = :date"
        self.assert_value(self.ask(q), 3)
        self.assert_value(self.ask(q, date="2026-01-15"), 1)
        self.assert_value(self.ask(
            "SELECT count(*) FROM t WHERE day <= :date AND day < :now"
            " AND day = :date -- :day ?\n AND id <> ':day ?' /* ; ? */;"), 3)

    def test_numbers_are_exact(self):
        self.assert_value(self.ask("SELECT 3", "SELECT 2 * 5"), 3, 10)
        self.assert_value(self.ask("SELECT count(*) FROM t WHERE 1 = 0"), 0)
        self.assert_value(self.ask("SELECT 0.25"), 0.25)
        self.assert_value(self.ask("SELECT '12.5'"), 12.5)
        self.assert_value(self.ask("SELECT 9007199254740992"),
                          9007199254740992)
        self.assert_value(self.ask("SELECT -9007199254740991"),
                          -9007199254740991)
        self.assert_unknown(self.ask("SELECT 9007199254740994"),
                            "counted exactly")

    def test_what_is_no_number_is_unknown(self):
        for query, words in (
                ("SELECT max(n) FROM t WHERE id = 'none'", "NULL"),
                ("SELECT n FROM t WHERE id = 'none'", "no row"),
                ("SELECT n FROM t", "more than one row"),
                ("SELECT 1, 2", "2 columns"),
                ("SELECT 1,2,3,4,5,6,7,8,9", "9 columns"),
                ("SELECT 'many'", "'many', which is no number"),
                ("SELECT id FROM t WHERE id = 'a'", "which is no number"),
                ("SELECT 1 FORM t", "syntax error"),
                ("SELECT count(*) FROM gone", "gone"),
                ("SELECT 'unended", "does not end"),
                ("", "only a SELECT"), ("  -- nothing", "only a SELECT")):
            with self.subTest(query):
                self.assert_unknown(self.ask(query), words)
        self.assert_unknown(self.ask("SELECT 1", "SELECT NULL"),
                            "expected: the query gave NULL")

    def test_nothing_is_written(self):
        for query, words in (
                ("DELETE FROM t", "only a SELECT"),
                ("DELETE FROM t RETURNING n", "only a SELECT"),
                ("/* SELECT */ DROP TABLE t", "only a SELECT"),
                ("COMMIT", "only a SELECT"),
                ("SELECT 1; COMMIT; DELETE FROM t", "one statement"),
                ("SELECT 1; SELECT 2", "one statement"),
                ("WITH x AS (SELECT 1) DELETE FROM t RETURNING n", "")):
            with self.subTest(query):
                self.assert_unknown(self.ask(query, "SELECT 1"), words)
        self.assertEqual(self.count(), 4)

    def test_other_parameters_are_refused(self):
        for parameter in (":day", ":dates", "$1", "?"):
            self.assert_unknown(
                self.ask(f"SELECT count(*) FROM t WHERE id = {parameter}"),
                "is unknown; there are :date and :now")

    def test_hostile_dates_are_data(self):
        self.script("CREATE TABLE h (day text, n int);" + "".join(
            f"INSERT INTO h VALUES ({quoted(x)}, {i});"
            for i, x in enumerate(HOSTILE)))
        with Plugin("check", "sql", self.options(
                value="SELECT n FROM h WHERE day = :date")) as p:
            for i, text in enumerate(HOSTILE):
                with self.subTest(text):
                    self.assert_value(p.call(date=text), i)

    def test_missing_and_extra(self):
        r = self.cover("SELECT 'a' UNION SELECT 'b' UNION SELECT 'x'",
                       "SELECT id FROM t WHERE day = :date")
        self.assert_value(r, 2, 3)
        self.assertEqual(r["missing"], ["x"])
        self.assertEqual(r["extra"], ["c"])
        self.assert_unknown(self.cover("SELECT NULL", "SELECT id FROM t"),
                            "NULL as an id")

    def test_integers_and_text_of_many_pieces_as_ids(self):
        """Longer than a piece, and no character is cut in two."""
        wide = "ü" * 480
        for n in (1, 2000, 2047, 2048, 2049, 4095, 4096, 4097, 20000):
            self.script("DROP TABLE IF EXISTS long; CREATE TABLE long (s"
                        f" text); INSERT INTO long VALUES ('{'ü' * n}')")
            with self.subTest(n):
                self.assert_value(self.ask("SELECT length(s) FROM long"), n)
                r = self.ask("SELECT s FROM long")
                self.assert_unknown(r, "üü" if n > 1 else "ü")
        r = self.cover(f"SELECT '{wide}' UNION SELECT '{wide}a'",
                       f"SELECT '{wide}a'")
        self.assert_value(r, 1, 2)
        r = self.cover("SELECT 9007199254740993 UNION SELECT"
                       " 9007199254740992", "SELECT 9007199254740993")
        self.assertEqual(r["missing"], ["9007199254740992"])

    def test_a_query_without_end_stops_at_the_deadline(self):
        began = time.monotonic()
        self.assert_unknown(self.ask(self.endless, budget_ms=900),
                            "deadline")
        self.assertLess(time.monotonic() - began, 20)

    def test_both_queries_see_the_same_state(self):
        with Plugin("check", "sql", self.options(
                value=self.slow, expected="SELECT count(*) FROM t")) as p:
            p.start(budget_ms=30000)
            self.while_slow(lambda: self.script(
                "INSERT INTO t VALUES ('2026-01-16', 'e', 5)"))
            self.assert_value(p.finish(), 4, 4)

    def test_a_password_is_never_shown(self):
        o = {"database": {"name": "d", "driver": "odbc", "dsn":
                          "Driver=/gone.so;Uid=x;Pwd=owl_canary"},
             "value": "SELECT 0"}
        with Plugin("check", "sql", o) as p:
            r = p.call()
            self.assert_unknown(r, "cannot connect: ")
            self.assertNotIn("owl_canary", str(r) + p.output())

    def test_each_call_sees_what_is_there_now(self):
        with Plugin("check", "sql", self.options(
                value="SELECT count(*) FROM t")) as p:
            for n in range(4, 8):
                self.assert_value(p.call(), n)
                self.script("INSERT INTO t VALUES ('2026-01-16', 'x', 1)")


class Sqlite(Any, Case):
    endless = ("WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM"
               " r) SELECT count(*) FROM r")

    def setUp(self):
        super().setUp()
        self.library = driver("libsqlite3odbc.so")
        if self.library is None:
            self.skipTest("libsqliteodbc is not installed")
        self.path = os.path.join(self.dir, "dwh.db")
        self.script("CREATE TABLE t (day text, id text, n integer);")
        with sqlite3.connect(self.path) as db:
            db.executemany("INSERT INTO t VALUES (?, ?, ?)", ROWS)
        db.close()

    def dsn(self):
        return f"Driver={self.library};Database={self.path};NoCreat=1"

    def script(self, text):
        db = sqlite3.connect(self.path, timeout=20)
        db.executescript(text)
        db.close()

    def count(self):
        db = sqlite3.connect(self.path)
        (n,), = db.execute("SELECT count(*) FROM t")
        db.close()
        return n

    def test_both_queries_see_the_same_state(self):
        self.skipTest("a writer waits for a reader of SQLite: nothing to see")

    def test_a_column_of_integers_that_holds_text(self):
        self.script("INSERT INTO t VALUES ('2026-01-16', 'z', 'many'),"
                    "('2026-01-16', 'y', '12 monkeys')")
        for which in "zy":
            self.assert_unknown(
                self.ask(f"SELECT n FROM t WHERE id = '{which}'"),
                "which is no number")

    def test_a_file_that_is_not_there_is_not_made(self):
        os.unlink(self.path)
        self.assert_unknown(self.ask("SELECT count(*) FROM sqlite_master"),
                            "cannot connect")
        self.assertFalse(os.path.exists(self.path))

    def test_a_file_that_was_replaced_is_read(self):
        with Plugin("check", "sql", self.options(
                value="SELECT count(*) FROM t")) as p:
            self.assert_value(p.call(), 4)
            os.unlink(self.path)
            self.script("CREATE TABLE t (n integer)")
            self.assert_value(p.call(), 0)


class Pg(Any, Case):
    library_name = "psqlodbca.so"
    endless = "SELECT pg_sleep(60), 1"
    slow = "SELECT count(*) + 0 * length(pg_sleep(6)::text) FROM t"

    def setUp(self):
        super().setUp()
        self.library = driver(self.library_name)
        if self.library is None:
            self.skipTest("odbc-postgresql is not installed")
        if SERVER is None:
            self.skipTest("PostgreSQL's server is not installed")
        self.script("DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS h;"
                    "CREATE TABLE t (day date, id text, n bigint);"
                    "INSERT INTO t VALUES" + ",".join(map(str, ROWS)))

    def dsn(self):
        return (f"Driver={self.library};Servername={SERVER.dir};Port=5432;"
                "Database=postgres;Uid=owner")

    @staticmethod
    def script(text):
        SERVER.sql(text)

    @staticmethod
    def count():
        return int(SERVER.sql("SELECT count(*) FROM t"))

    def while_slow(self, act):
        until = time.monotonic() + 20
        while SERVER.sql("SELECT count(*) FROM pg_stat_activity WHERE"
                         " wait_event = 'PgSleep'").strip() == "0":
            self.assertLess(time.monotonic(), until)
        act()

    def test_the_session_only_reads(self):
        self.script("CREATE OR REPLACE FUNCTION gone() RETURNS bigint AS $$"
                    " DELETE FROM t RETURNING n $$ LANGUAGE sql")
        for query in ("WITH d AS (DELETE FROM t RETURNING 1) SELECT"
                      " count(*) FROM d", "SELECT gone()"):
            self.assert_unknown(self.ask(query), "read-only transaction")
        self.assert_unknown(self.ask(
            "SELECT length(set_config('default_transaction_read_only',"
            " 'off', false))", "SELECT gone()"), "read-only transaction")
        self.assertEqual(self.count(), 4)

    def test_values_of_types(self):
        for query, v in (("SELECT 0.25::float8", 0.25),
                         ("SELECT 7::smallint", 7),
                         ("SELECT 1.5::numeric", 1.5),
                         ("SELECT '3'::varchar(2)", 3)):
            self.assert_value(self.ask(query), v)
        for query, words in (("SELECT 'nan'::float8", "no number"),
                             ("SELECT decode('01', 'hex')", "BLOB"),
                             ("SELECT 1 / 0", "division by zero"),
                             ("SELECT 1 / (n - 3) FROM t", "division")):
            self.assert_unknown(self.ask(query), words)
        self.assert_unknown(self.ask(
            "SELECT count(*) FROM t WHERE day = :date", date="2026-02-30"),
            "out of range")

    def test_a_connection_is_kept_and_opened_again(self):
        with Plugin("check", "sql", self.options(
                value="SELECT pg_backend_pid()")) as p:
            p.open(2, self.options(
                value="SELECT length(pg_advisory_lock(7)::text)"))
            p.open(3, self.options(value="SELECT count(*) FROM pg_locks"
                                   " WHERE locktype = 'advisory'"))
            first = p.call()["value"]
            p.call(to=2)
            self.assert_value(p.call(to=3), 0)
            self.assert_value(p.call(), first)
            SERVER.sql(f"SELECT pg_terminate_backend({int(first)}, 20000)")
            self.assertNotIn(p.call()["value"], (None, first))
            SERVER.restart()
            self.assertEqual(p.call()["status"], "ok")
            SERVER.halt()
            self.assert_unknown(p.call(), "cannot connect")
            SERVER.start()
            self.assertEqual(p.call()["status"], "ok")


class PgUnicode(Pg):
    library_name = "psqlodbcw.so"


if __name__ == "__main__":
    if not os.path.exists(os.path.join(BUILD, "plugins/check/.libs")):
        print("skipped: the plugins have not been built")
        sys.exit(77)
    if "no driver" in (refusal("check", "sql", {
            "database": {"driver": "odbc", "dsn": "DSN=x"},
            "value": "SELECT 1"}) or ""):
        print("skipped: built without unixODBC")
        sys.exit(77)
    if driver("libsqlite3odbc.so") is None and driver("psqlodbca.so") is None:
        print("skipped: neither libsqliteodbc nor odbc-postgresql is there")
        sys.exit(77)
    try:
        SERVER = Postgres()
    except Absent:
        pass
    try:
        main()
    finally:
        if SERVER:
            SERVER.stop()
