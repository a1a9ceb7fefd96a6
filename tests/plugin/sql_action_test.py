#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Action `sql`: all statements or none, on SQLite and on a real PostgreSQL;
what is hostile is a value, what is locked is waited for, and a commit without
an answer is asked about."""
import json
import os
import socket
import sqlite3
import threading
import time
import unittest

from host import HOSTILE, Case, Plugin, main, refusal
from postgres import Absent, Postgres

OPERATION = "load-2026-01-16-17"
MARK = "INSERT INTO ops VALUES (:operation, :date)"
HAPPENED = "SELECT count(*) FROM ops WHERE op = :operation"


class Common:
    """What both have in common; `rows` asks them by another way."""

    def run_it(self, statements=(MARK,), options=None, probe=False, **how):
        how = {"operation": OPERATION, "attempt": "1", "phase": "load",
               "missing": [], "failing": [], "budget_ms": 20000, **how}
        with Plugin("action", "sql", {
                "database": self.database(), "allow_write": True,
                "statements": list(statements), "happened": HAPPENED,
                **(options or {})}) as p:
            return p.probe(**how) if probe else p.call(**how)

    def test_all_or_none(self):
        r = self.run_it([MARK, "INSERT INTO t SELECT 'a' UNION SELECT 'b'"])
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(r["remark"], "3 rows changed")
        self.assertEqual(self.rows("SELECT op, day FROM ops"),
                         [(OPERATION, "2026-01-16")])
        for second, failure in (("INSERT INTO ops VALUES (:operation, '')",
                                 "permanent"),
                                ("INSERT INTO nowhere VALUES (1)",
                                 "permanent"), ("SELEC 1", "permanent")):
            r = self.run_it(["DELETE FROM t", second])
            self.assert_failed(r, failure, "statement 2: ")
            self.assertEqual(len(self.rows("SELECT v FROM t")), 2)

    def test_nothing_hostile_is_more_than_a_value(self):
        for text in HOSTILE:
            r = self.run_it(["INSERT INTO t VALUES (:phase)"], phase=text)
            self.assertEqual(r["status"], "ok", r)
        self.assertEqual([v for (v,) in self.rows("SELECT v FROM t")],
                         list(HOSTILE))
        r = self.run_it(["DELETE FROM t", self.each("missing")],
                        missing=list(HOSTILE))
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual([v for (v,) in self.rows("SELECT v FROM t")],
                         list(HOSTILE))

    def test_parameters_that_are_not_there(self):
        for statement, words in (
                ("INSERT INTO t VALUES (:game)", ":game is unknown"),
                ("INSERT INTO t VALUES (:phase)", "this run has no phase"),
                ("INSERT INTO t VALUES ('a'); DELETE FROM t", "")):
            r = self.run_it([statement], phase=None)
            self.assertEqual(r["status"], "failed", r)
            self.assertIn(r["failure"], ("config", "permanent"))
            self.assertIn(words, r["remark"])
        self.assertEqual(self.rows("SELECT v FROM t"), [])

    def test_a_statement_may_not_end_the_transaction(self):
        for word in ("COMMIT", "ROLLBACK"):
            r = self.run_it([word, "INSERT INTO t VALUES ('after')"])
            self.assertEqual(r["status"], "failed", r)
            self.assertIn(r["failure"], ("config", "permanent"))
        self.assertEqual(self.rows("SELECT v FROM t"), [])

    def test_the_deadline_changes_nothing(self):
        began = time.monotonic()
        r = self.run_it(["INSERT INTO t VALUES ('early')", self.forever],
                        budget_ms=2000)
        self.assert_failed(r, "transient", "stopped at the deadline")
        self.assertLess(time.monotonic() - began, 20)
        self.assertEqual(self.rows("SELECT v FROM t"), [])

    def test_a_lock_is_waited_for(self):
        release = self.lock()
        timer = threading.Timer(0.7, release)
        timer.start()
        try:
            r = self.run_it(["INSERT INTO t VALUES ('late')"])
        finally:
            timer.join()
        self.assertEqual(r["status"], "ok", r)
        release = self.lock()
        try:
            r = self.run_it(["INSERT INTO t VALUES ('later')"],
                            budget_ms=1500)
        finally:
            release()
        self.assert_failed(r, "transient")
        self.assertEqual(self.rows("SELECT v FROM t"), [("late",)])

    def test_probes(self):
        r = self.run_it(probe=True)
        self.assertEqual((r["status"], r["remark"]), (
            "failed", "happened: there is no trace of it"))
        self.assertEqual(self.run_it()["status"], "ok")
        self.assertEqual(self.run_it(probe=True)["status"], "ok")
        for question in ("SELECT 1 WHERE 1 = 0", "SELECT NULL",
                         "SELECT 0"):
            r = self.run_it(options={"happened": question}, probe=True)
            self.assertEqual(r["status"], "failed", (question, r))
        for question in ("SELECT 1, 2", "DELETE FROM ops", "SELEC",
                         "SELECT count(*) FROM gone"):
            r = self.run_it(options={"happened": question}, probe=True)
            self.assertEqual(r["status"], "unknown", (question, r))
        # a trace that is there is none that isn't
        for question in ("SELECT op FROM ops WHERE op = :operation",
                         "SELECT 'NaN'", "SELECT ''"):
            r = self.run_it(options={"happened": question}, probe=True)
            self.assertEqual(r["status"], "unknown", (question, r))
            self.assertIn("expected a number", r["remark"])
        for question in ("SELECT '17'", "SELECT 0.5", "SELECT -1"):
            r = self.run_it(options={"happened": question}, probe=True)
            self.assertEqual(r["status"], "ok", (question, r))
        self.assertEqual(len(self.rows("SELECT op FROM ops")), 1)
        r = self.run_it(options={"happened": None}, probe=True)
        self.assertEqual(r["status"], "unknown")

    def test_it_has_to_be_meant(self):
        o = {"database": self.database(), "allow_write": False,
             "statements": [MARK]}
        self.assertIn("say allow_write = true", refusal("action", "sql", o))
        o["allow_write"] = True
        self.assertIn("statements is empty", refusal(
            "action", "sql", {**o, "statements": []}))
        self.assertIn("'bigquery' can't be changed", refusal(
            "action", "sql", {**o, "database": {"driver": "bigquery"}}))


class SQLite(Common, Case):
    forever = ("INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
               "SELECT i + 1 FROM n) SELECT i FROM n")

    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.dir, "x.db")
        db = sqlite3.connect(self.path)
        db.executescript("CREATE TABLE ops (op TEXT PRIMARY KEY, day TEXT);"
                         "CREATE TABLE t (v TEXT)")
        db.close()

    def database(self):
        return {"driver": "sqlite", "path": self.path, "name": "wh"}

    def rows(self, sql):
        db = sqlite3.connect(self.path)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    @staticmethod
    def each(name):
        return f"INSERT INTO t SELECT value FROM json_each(:{name})"

    def lock(self):
        db = sqlite3.connect(self.path, isolation_level=None,
                             check_same_thread=False)
        db.execute("BEGIN EXCLUSIVE")
        return db.close

    def test_what_is_refused(self):
        other = os.path.join(self.dir, "other.db")
        for statement in (f"ATTACH '{other}' AS o", "PRAGMA user_version=7",
                          "SELECT load_extension('x')", "SAVEPOINT a",
                          "VACUUM"):
            r = self.run_it([statement])
            self.assertEqual(r["status"], "failed", (statement, r))
        self.assertFalse(os.path.exists(other))

    def test_files(self):
        gone = os.path.join(self.dir, "gone.db")
        self.path, kept = gone, self.path
        self.assert_failed(self.run_it(), "config", "cannot open")
        self.assertFalse(os.path.exists(gone))
        self.path = self.file("text.db", "not a database at all" * 99)
        self.assert_failed(self.run_it(), "config", "cannot open")
        self.path = kept


class PostgreSQL(Common, Case):
    forever = "INSERT INTO t SELECT pg_sleep(60)::text"

    @classmethod
    def setUpClass(cls):
        try:
            cls.server = Postgres()
        except Absent as why:
            raise unittest.SkipTest(str(why)) from why
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        super().setUp()
        self.server.sql(
            "DROP TABLE IF EXISTS ops, t, late; "
            "CREATE TABLE ops (op TEXT PRIMARY KEY, day TEXT);"
            "CREATE TABLE t (n SERIAL, v TEXT)")
        self.dsn = self.server.dsn()

    def database(self):
        return {"driver": "postgresql", "dsn": self.dsn, "name": "wh"}

    def rows(self, sql):
        text = self.server.sql("SELECT coalesce(json_agg(x), '[]') FROM ("
                               f"{sql}) x")
        return [tuple(r.values()) for r in json.loads(text)]

    def test_all_or_none(self):
        self.server.sql("ALTER TABLE t DROP COLUMN n")
        super().test_all_or_none()

    @staticmethod
    def each(name):
        return ("INSERT INTO t (v) SELECT * FROM "
                f"json_array_elements_text(:{name}::json)")

    def run_it(self, statements=(MARK,), **more):
        return super().run_it([s.replace("INTO t VALUES", "INTO t (v) VALUES")
                               .replace("INTO t SELECT pg", "INTO t (v) "
                                        "SELECT pg") for s in statements],
                              **more)

    def lock(self):
        wait = os.path.join(self.dir, "go")

        def hold():
            self.server.sql(
                "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE;\n"
                f"\\! while [ ! -e {wait} ]; do sleep 0.02; done\n"
                "COMMIT;")
        os.chmod(self.dir, 0o777)
        thread = threading.Thread(target=hold)
        thread.start()
        until = time.monotonic() + 20
        while not self.rows("SELECT 1 FROM pg_locks WHERE mode = "
                            "'AccessExclusiveLock' AND relation = "
                            "'t'::regclass"):
            assert time.monotonic() < until
            time.sleep(0.02)

        def release():
            with open(wait, "w", encoding="ascii"):
                pass
            thread.join()
            os.unlink(wait)
        return release

    def test_truth(self):
        for v, status in (("true", "ok"), ("false", "failed")):
            r = self.run_it(options={"happened": f"SELECT {v}"}, probe=True)
            self.assertEqual(r["status"], status, r)

    def test_copies_are_no_changes(self):
        for sql in ("COPY t TO STDOUT", "COPY t FROM STDIN"):
            r = self.run_it([sql], budget_ms=5000)
            self.assertEqual(r["status"], "failed", r)
            self.assertIn("COPY", r["remark"])

    def test_errors_by_class(self):
        self.server.sql("DROP ROLE IF EXISTS reader; "
                        "CREATE ROLE reader LOGIN")
        self.dsn = self.server.dsn("reader")
        self.assert_failed(self.run_it(), "config", "42501")
        self.dsn = self.server.dsn(more="options='-c "
                                   "default_transaction_read_only=on'")
        self.assertEqual(self.run_it()["status"], "ok")     # we say so
        self.dsn = "host=/nowhere dbname=postgres password=canary"
        r = self.run_it()
        self.assert_failed(r, "transient", "cannot connect")
        self.dsn = "password=canary host='"
        r = self.run_it()
        self.assert_failed(r, "config", "is no connection string")
        self.assertNotIn("canary", str(r))
        # libpq would take the end of these for a host, or a port
        for password in ("canary/x", "x@canary", "x/canary", "a?/canary"):
            self.dsn = f"postgresql://gw:{password}@127.0.0.1:1/db?a=b"
            r = self.run_it()
            self.assert_failed(r, "config", "write %40")
            self.assertNotIn("canary", str(r))

    def test_a_constraint_at_the_commit(self):
        self.server.sql("CREATE TABLE late (v INT PRIMARY KEY, w INT "
                        "REFERENCES late(v) DEFERRABLE INITIALLY DEFERRED)")
        r = self.run_it([MARK, "INSERT INTO late VALUES (1, 2)"])
        self.assert_failed(r, "permanent", "cannot commit")
        self.assertEqual(self.rows("SELECT op FROM ops"), [])

    def test_a_commit_without_an_answer(self):
        """A server that takes the commit and is never heard of again."""
        proxy = Proxy(os.path.join(self.server.dir, ".s.PGSQL.5432"),
                      os.path.join(self.dir, ".s.PGSQL.5432"))
        self.dsn = f"host={self.dir} user=owner dbname=postgres"
        try:
            r = self.run_it()
        finally:
            proxy.close()
        self.assertEqual(r["status"], "unknown", r)
        self.assertIn("it may have happened", r["remark"])
        self.dsn = self.server.dsn()
        self.assertEqual(self.run_it(probe=True)["status"], "ok")


class Proxy:
    """Between client and server, until a COMMIT has gone through."""

    def __init__(self, target, path):
        self.target, self.committed = target, False
        self.done = threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(1)
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        client, _ = self.listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(self.target)
        threading.Thread(target=self.back, args=(server, client),
                         daemon=True).start()
        while data := client.recv(65536):
            self.committed |= b"COMMIT" in data
            server.sendall(data)
            if self.committed:
                self.done.wait(20)
                break
        client.close()
        server.close()

    def back(self, server, client):
        try:
            while data := server.recv(65536):
                if self.committed:
                    self.done.set()
                else:
                    client.sendall(data)
        except OSError:
            pass

    def close(self):
        self.thread.join(20)
        self.listener.close()


if __name__ == "__main__":
    main()
