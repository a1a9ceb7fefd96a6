# SPDX-License-Identifier: BSD-2-Clause
"""A thousand checks of a PostgreSQL server, by the real daemon with its
workers and their kept connections, and by one psql for each as a script does
it: the same query, the same server, as many at once. It is psql itself, not
Debian's wrapper around it, which costs several times as much.

The daemon has measured each check once before, so that what starts once is
not counted; what it writes to its journal is. CPU is that of daemon and
workers, or of psql, and beside it that of the server, which forks a process
for each connection.
"""
import glob
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKS, PER_FILE, AT_ONCE = 1000, 100, 8
DATE = "2026-01-15"
TICKS = os.sysconf("SC_CLK_TCK")
QUERY = "SELECT count(*) FROM orders WHERE day = {date} AND shop = {n}"

BASE = """state_dir = "{dir}/state";
socket = "{dir}/control";
workers = {workers};
clock = {{ start = "2026-01-15 12:00:00"; timezone = "UTC"; speed = 1.0; }};
notifiers = ( {{ name = "log"; plugin = "file"; path = "{dir}/log"; }} );
routes = ( {{ to = "log"; }} );
databases = ( {{ name = "dwh"; plugin = "postgresql"; dsn = "{dsn}"; }} );
pipelines = ( {{ name = "bench"; timezone = "UTC"; watch_for = "1d";
  database = "dwh"; every = "12h";
  phases = ( {{ name = "all"; done = "c0"; due = "+1d 12:00"; }} ); }} );
"""
CHECK = """  {{ name = "c{n}"; pipeline = "bench"; plugin = "sql"; min = 1;
    value = "{query}"; }}"""


def fields(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()
    except OSError:
        return None


def tree_cpu(pid):
    """Seconds of a process, of its children, and of those that ended."""
    own = fields(pid)
    ticks = sum(int(x) for x in own[11:15])
    for path in glob.glob("/proc/[0-9]*"):
        f = fields(os.path.basename(path))
        if f and f[1] == str(pid):
            ticks += sum(int(x) for x in f[11:15])
    return ticks / TICKS


class Side:
    """Wall time and CPU of what is done in a `with`."""
    def __init__(self, server, cpu):
        self.server, self.cpu = server, cpu

    def __enter__(self):
        self.before = self.cpu(), tree_cpu(self.server), time.monotonic()
        return self

    def __exit__(self, *_):
        cpu, server, at = self.before
        self.wall = time.monotonic() - at
        self.used = self.cpu() - cpu
        self.served = tree_cpu(self.server) - server

    def figures(self, who):
        return {f"PostgreSQL checks, {who}": (CHECKS / self.wall, "1/s"),
                f"CPU of a PostgreSQL check, {who}":
                (self.used / CHECKS * 1e6, "us"),
                f"CPU of the server for it, {who}":
                (self.served / CHECKS * 1e6, "us")}


def children_cpu():
    t = os.times()
    return t.children_user + t.children_system


def by_psql(server, postmaster):
    script = os.path.join(server.dir, "numbers")
    with open(script, "w", encoding="ascii") as f:
        f.write("".join(f"{n}\n" for n in range(CHECKS)))
    query = QUERY.format(date=f"'{DATE}'", n="{}")
    with Side(postmaster, children_cpu) as side, \
            open(script, encoding="ascii") as numbers:
        out = subprocess.run(
            ["xargs", "-P", str(AT_ONCE), "-I{}",
             os.path.join(server.bin, "psql"), "-qAtX", "-d",
             server.dsn(), "-c", query],
            stdin=numbers, stdout=subprocess.PIPE, check=True, text=True,
            timeout=300).stdout
    if out.split() != ["3"] * CHECKS:
        sys.exit("bench: psql gave something else")
    return side.figures("a psql each")


def checks_run(ask):
    p = ask("status", "--json")
    return json.loads(p.stdout)["daemon"]["checks_run"] \
        if p.returncode == 0 else 0


def by_daemon(conf, client, server, postmaster):
    conf.write("00.conf", BASE.format(dir=conf.dir, dsn=server.dsn(),
                                      workers=AT_ONCE))
    for first in range(0, CHECKS, PER_FILE):
        conf.write(f"1{first:04}.conf", "checks = (\n" + ",\n".join(
            CHECK.format(n=n, query=QUERY.format(date=":date", n=n))
            for n in range(first, first + PER_FILE)) + "\n);\n")

    def ask(*words):
        return subprocess.run(
            [client, "--socket", os.path.join(conf.dir, "control"), *words],
            capture_output=True, text=True, check=False, timeout=300)

    with open(os.path.join(conf.dir, "daemon.log"), "wb") as log:
        d = subprocess.Popen(conf.daemon(), stdout=log, stderr=log)
    try:
        end = time.monotonic() + 300
        while checks_run(ask) < CHECKS:
            if time.monotonic() > end or d.poll() is not None:
                with open(log.name, encoding="utf-8") as f:
                    sys.exit("bench: the daemon did not measure: "
                             + f.read()[-2000:])
            time.sleep(0.1)
        with Side(postmaster, lambda: tree_cpu(d.pid)) as side:
            p = ask("check", "run", "--all", "--date", DATE, "--json")
        if p.returncode != 0:
            sys.exit("bench: " + (p.stdout + p.stderr)[:2000])
    finally:
        d.terminate()
        d.wait(timeout=60)
    return side.figures("kept connections")


def asked(make_conf, client):
    """No figures where the server isn't installed."""
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), "plugin"))
    # pylint: disable=import-outside-toplevel
    from postgres import Absent, Postgres
    try:
        server = Postgres()
    except Absent as why:
        print(f"bench: {why}", file=sys.stderr)
        return {}
    try:
        with open(os.path.join(server.data, "postmaster.pid"),
                  encoding="ascii") as f:
            postmaster = int(f.readline())
        server.sql("CREATE TABLE orders (day date, shop int, n int);"
                   "CREATE INDEX ON orders (day, shop);"
                   "INSERT INTO orders SELECT d, s, i FROM generate_series("
                   f"'2026-01-06'::date, '{DATE}', '1 day') d,"
                   f" generate_series(0, {CHECKS - 1}) s,"
                   " generate_series(1, 3) i; ANALYZE orders")
        found = by_psql(server, postmaster)
        return found | by_daemon(make_conf("asked"), client, server,
                                 postmaster)
    finally:
        server.stop()
