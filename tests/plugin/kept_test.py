#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Connections to PostgreSQL that are kept from call to call, and TLS."""
import os
import socket
import subprocess
import sys
import threading
import time

from host import BUILD, Case, Plugin, main, refusal
from postgres import Absent, Postgres

SERVER = None
PID = "SELECT pg_backend_pid()"
OURS = ("SELECT count(*) FROM pg_stat_activity WHERE application_name"
        " = 'gatewarden'")


class Relay:
    """Between us and the server; frozen, it answers nothing any more on the
    connections that it has, as a firewall that forgot them."""
    def __init__(self, path, target):
        self.target, self.frozen = target, threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.sockets = [self.listener]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                ours, _ = self.listener.accept()
            except OSError:
                return
            theirs = socket.socket(socket.AF_UNIX)
            theirs.connect(self.target)
            self.sockets += [ours, theirs]
            frozen = self.frozen = threading.Event()
            for a, b in ((ours, theirs), (theirs, ours)):
                threading.Thread(target=self.copy, args=(a, b, frozen),
                                 daemon=True).start()

    @staticmethod
    def copy(a, b, frozen):
        try:
            while data := a.recv(65536):
                if not frozen.is_set():
                    b.sendall(data)
            b.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


    def close(self):
        for s in self.sockets:
            s.close()


class Kept(Case):
    def setUp(self):
        super().setUp()
        SERVER.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n bigint)")

    @staticmethod
    def options(value, more=""):
        return {"database": {"name": "dwh", "driver": "postgresql",
                             "dsn": SERVER.dsn(more=more)}, "value": value}

    def plugin(self, value=PID, more=""):
        return Plugin("check", "sql", self.options(value, more))

    def value(self, result):
        self.assertEqual(result["status"], "ok", result)
        return result["value"]

    def wait_gone(self, pid):
        until = time.monotonic() + 20
        while SERVER.sql("SELECT count(*) FROM pg_stat_activity WHERE pid ="
                         f" {int(pid)}").strip() != "0":
            self.assertLess(time.monotonic(), until, "it goes on")

    def test_one_connection_serves_many_calls_and_instances(self):
        with self.plugin() as p:
            p.open(2, self.options("SELECT pg_backend_pid() + 0"))
            first = self.value(p.call())
            for i in range(6):
                self.assertEqual(self.value(p.call(to=1 + i % 2)), first)
            self.assertEqual(SERVER.sql(
                "SELECT state FROM pg_stat_activity WHERE"
                " application_name = 'gatewarden'").strip(), "idle")
            p.close(1)
            self.assertEqual(self.value(p.call(to=2)), first)
            p.close(2)
            self.wait_gone(first)

    def test_other_options_have_a_connection_of_their_own(self):
        with self.plugin() as p:
            p.open(2, self.options(PID, "connect_timeout=7"))
            a, b = self.value(p.call()), self.value(p.call(to=2))
            self.assertNotEqual(a, b)
            self.assertEqual(self.value(p.call()), a)
            self.assertEqual(self.value(p.call(to=2)), b)

    def test_not_more_than_a_few_are_kept(self):
        with self.plugin() as p:
            first = self.value(p.call())
            for i in range(2, 7):
                p.open(i, self.options(PID, f"connect_timeout={i}"))
                self.value(p.call(to=i))
            self.wait_gone(first)
            self.assertEqual(SERVER.sql(OURS).strip(), "4")
            self.assertNotEqual(self.value(p.call()), first)

    def test_each_call_sees_what_is_there_now(self):
        with self.plugin("SELECT count(*) FROM t") as p:
            for n in range(4):
                self.assert_value(p.call(), n)
                SERVER.sql("INSERT INTO t VALUES (1)")

    def test_nothing_is_left_behind_for_the_next_call(self):
        for query, left in (
                ("SELECT length(set_config('search_path', 'x', false)) + "
                 "0 * pg_backend_pid()", "SELECT count(*) FROM t"),
                ("SELECT length(set_config('statement_timeout', '1', false))",
                 "SELECT 0 * length(pg_sleep(0.1)::text)"),
                ("SELECT length(pg_advisory_lock(7)::text)",
                 "SELECT count(*) FROM pg_locks WHERE"
                 " locktype = 'advisory'")):
            with self.subTest(query), self.plugin(query) as p:
                p.open(2, self.options(left))
                p.open(3, self.options(PID))
                pid = self.value(p.call(to=3))
                self.value(p.call())
                self.assert_value(p.call(to=2), 0)
                self.assertEqual(self.value(p.call(to=3)), pid)

    def test_an_error_of_sql_costs_no_connection(self):
        with self.plugin() as p:
            p.open(2, self.options("SELECT 1 / 0"))
            p.open(3, self.options("DELETE FROM t RETURNING n"))
            first = self.value(p.call())
            self.assert_unknown(p.call(to=2), "division by zero")
            self.assert_unknown(p.call(to=3), "only reading")
            self.assertEqual(self.value(p.call()), first)

    def test_a_deadline_costs_it(self):
        with self.plugin() as p:
            p.open(2, self.options("SELECT pg_sleep(60), 1"))
            first = self.value(p.call())
            self.assert_unknown(p.call(to=2, budget_ms=700), "deadline")
            self.assertNotEqual(self.value(p.call()), first)
            self.wait_gone(first)

    def test_one_that_the_server_ended_is_opened_again(self):
        with self.plugin() as p:
            first = self.value(p.call())
            SERVER.sql(f"SELECT pg_terminate_backend({int(first)})")
            self.wait_gone(first)
            self.assertNotEqual(self.value(p.call()), first)

    def test_a_server_that_is_started_again(self):
        for mode in ("fast", "immediate"):
            with self.subTest(mode), self.plugin() as p:
                self.value(p.call())
                SERVER.restart(mode)
                second = self.value(p.call())
                self.assertEqual(self.value(p.call()), second)
                SERVER.halt(mode)
                self.assert_unknown(p.call(), "cannot connect")
                SERVER.start()
                self.value(p.call())

    def test_the_server_ends_what_is_idle(self):
        SERVER.sql("ALTER ROLE owner SET idle_session_timeout = '2s';"
                   "ALTER ROLE owner SET idle_in_transaction_session_timeout"
                   " = '2s'")
        try:
            with self.plugin() as p:
                first = self.value(p.call())
                self.wait_gone(first)
                self.assertNotEqual(self.value(p.call()), first)
        finally:
            SERVER.sql("ALTER ROLE owner RESET ALL")

    def test_a_break_within_a_call_is_unknown_and_then_over(self):
        with self.plugin() as p:
            p.open(2, self.options("SELECT pg_sleep(60), 1"))
            first = self.value(p.call())
            p.start(to=2, budget_ms=20000)
            until = time.monotonic() + 20
            while SERVER.sql("SELECT count(*) FROM pg_stat_activity WHERE"
                             " wait_event = 'PgSleep'").strip() == "0":
                self.assertLess(time.monotonic(), until)
            SERVER.sql(f"SELECT pg_terminate_backend({int(first)})")
            self.assert_unknown(p.finish(), "terminating connection")
            self.assertNotEqual(self.value(p.call()), first)

    def test_a_connection_that_went_dead_without_a_word(self):
        path = os.path.join(self.dir, ".s.PGSQL.5432")
        relay = Relay(path, os.path.join(SERVER.dir, ".s.PGSQL.5432"))
        self.addCleanup(relay.close)
        o = {"database": {"name": "dwh", "driver": "postgresql", "dsn":
                          f"host={self.dir} user=owner dbname=postgres"},
             "value": PID}
        with Plugin("check", "sql", o) as p:
            first = self.value(p.call())
            relay.frozen.set()
            began = time.monotonic()
            self.assertNotEqual(self.value(p.call(budget_ms=20000)), first)
            self.assertLess(time.monotonic() - began, 15)

    def test_a_broken_dsn_is_not_repeated(self):
        for dsn in ("host=x password='owl_canary", "owl_canary host=x",
                    "host=x owl_canary=", "postgresql://u:owl_canary@[x",):
            o = {"database": {"name": "d", "driver": "postgresql",
                              "dsn": dsn}, "value": "SELECT 0"}
            with self.subTest(dsn), Plugin("check", "sql", o) as p:
                r = p.call()
                self.assert_unknown(r, "is no connection string")
                self.assertNotIn("owl_canary", str(r) + p.output())


class Tls(Case):
    """What libpq's own options ask for is what is done."""
    def test_who_answers_is_verified(self):
        for name in ("server", "other"):
            done = subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", "/CN=127.0.0.1", "-addext",
                 "subjectAltName=IP:127.0.0.1", "-keyout",
                 os.path.join(self.dir, name + ".key"), "-out",
                 os.path.join(self.dir, name + ".crt")],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stdout)
        server = Postgres(tls=self.dir)
        self.addCleanup(server.stop)
        dsn = (f"host=127.0.0.1 port={server.port} user=owner"
               " dbname=postgres sslmode=verify-full sslrootcert="
               + os.path.join(self.dir, ""))
        query = ("SELECT count(*) FROM pg_stat_ssl WHERE ssl AND"
                 " pid = pg_backend_pid()")

        def ask(text):
            with Plugin("check", "sql", {
                    "database": {"name": "d", "driver": "postgresql",
                                 "dsn": text}, "value": query}) as p:
                return p.call()

        self.assert_value(ask(dsn + "server.crt"), 1)
        self.assert_unknown(ask(dsn + "other.crt"), "certificate verify")
        self.assert_unknown(ask(dsn + "gone.crt"), "does not exist")
        self.assert_unknown(
            ask((dsn + "server.crt").replace("host=127.0.0.1",
                                             "host=localhost"
                                             " hostaddr=127.0.0.1")),
            'does not match host name "localhost"')


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
