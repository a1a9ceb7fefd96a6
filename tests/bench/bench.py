#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the benchmarks and prints each figure as a ratio of two sides that
were measured in the same run.

Ratios carry over from one machine to another, absolute figures don't: they
stand beside so that a ratio can be understood. Nothing is asserted; the
column `goal` says where a figure should land. Bounded: about three minutes.

    bench.py BUILD [--json]
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from asked import asked
from told import told

FILES, PER_FILE = 100, 100
DAYS = 20000            # simulated
IDLE = 10               # s that the idle daemon is watched
# What an engine step is measured on: readings, and the shape of the graph.
ENGINE = (("same", "chains of ten"), ("value", "chains of ten"),
          ("turns", "chains of ten"), ("same", "wide"),
          ("value", "one chain"))

CHECK = """  {{ name = "c{n}"; pipeline = "bench"; plugin = "nothing";
    every = "5m"; min = 1; due = "+2h"; patience = "1h"; }}"""

BASE = """state_dir = "{dir}/state";
socket = "{dir}/control";
notifiers = ( {{ name = "log"; plugin = "file"; path = "{dir}/log"; }} );
routes = ( {{ to = "log"; }} );
pipelines = ( {{ name = "bench"; timezone = "UTC"; watch_for = "1d";
  phases = ( {{ name = "all"; done = "c0"; due = "+1d 12:00"; }} ); }} );
alarms = ( {{ name = "some"; plugin = "all"; inputs = ("c0", "c1"); }} );
"""


def program(build, name):
    for path in (os.path.join(build, name),
                 *glob.glob(os.path.join(build, "*", "*", name))):
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    sys.exit(f"bench: {name} has not been built in {build}")


def figures(*argv):
    """The lines of a benchmark, by name."""
    out = subprocess.run(argv, check=True, capture_output=True,
                         text=True, timeout=300).stdout
    rows = [json.loads(line) for line in out.splitlines()]
    return {r["figure"]: (r["value"], r["unit"]) for r in rows}


def simulated(build):
    """Days with faults per second and core, of the graph of 30 checks."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    out = subprocess.run(
        ["/bin/sh", os.path.join(here, "property", "days.sh"),
         program(build, "tests/property/test-engine-random"), str(DAYS),
         "1", "1"],
        check=True, capture_output=True, text=True, timeout=300,
        env={**os.environ, "GATEWARDEN_CHECKS30": "1"}).stdout
    return int(re.search(r"(\d+) days per second", out)[1])


class Conf:
    """A conf.d of so many checks, and the plugins it needs."""

    def __init__(self, build, where, files):
        self.build, self.dir = build, where
        self.conf = os.path.join(where, f"conf.{files}")
        self.plugins = os.path.join(where, "plugins")
        os.makedirs(self.conf)
        os.makedirs(os.path.join(where, "state"), exist_ok=True)
        os.makedirs(self.plugins, exist_ok=True)
        for pattern in ("plugins/**/.libs/*.so", "tests/bench/.libs/*.so"):
            for so in glob.glob(os.path.join(build, pattern),
                                recursive=True):
                link = os.path.join(self.plugins, os.path.basename(so))
                if not os.path.lexists(link):
                    os.symlink(so, link)
        self.write("00.conf", BASE.format(dir=where))
        for i in range(files):
            rows = [CHECK.format(n=i * PER_FILE + j)
                    for j in range(PER_FILE)]
            self.write(f"{i:03}.conf",
                       "checks = (\n" + ",\n".join(rows) + "\n);\n")

    def write(self, name, text):
        with open(os.path.join(self.conf, name), "w",
                  encoding="utf-8") as f:
            f.write(text)

    def daemon(self, *words):
        return [program(self.build, "gatewardend"), "--config", self.conf,
                "--plugin-dir", self.plugins, "--host",
                program(self.build, "gatewarden-host"), *words]

    def load(self):
        """The best of three loads, in seconds."""
        best = None
        for _ in range(3):
            t = time.monotonic()
            p = subprocess.run(self.daemon("--check"), text=True,
                               capture_output=True, check=False)
            took = time.monotonic() - t
            if p.returncode != 0:
                sys.exit("bench: " + (p.stdout + p.stderr)[:2000])
            best = took if best is None else min(best, took)
        return best


def usage(pid):
    """(CPU seconds, context switches, RSS in MB) of a process."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        status = dict(line.split(":", 1) for line in f)
    return (cpu, int(status["voluntary_ctxt_switches"]),
            int(status["VmRSS"].split()[0]) / 1024)


def status(conf):
    p = subprocess.run([program(conf.build, "gatewarden"), "--socket",
                        os.path.join(conf.dir, "control"), "status",
                        "--json"], capture_output=True, text=True,
                       check=False)
    return json.loads(p.stdout) if p.returncode == 0 else None


def settled(conf, pid, limit=180):
    """Waits until the first measurement of everything is done: a second in
    which the daemon used next to nothing."""
    end = time.monotonic() + limit
    before = usage(pid)[0]
    while time.monotonic() < end:
        time.sleep(1)
        now = usage(pid)[0]
        if now - before < 0.15 and status(conf):
            return
        before = now
    print("bench: the daemon never became idle", file=sys.stderr)


def idle(conf):
    """What 10 000 checks cost, measured (from the first round, start and
    load included) and while nothing happens. Their period is five minutes
    and they keep to it together, so that the seconds after a round are idle.
    """
    with open(os.path.join(conf.dir, "daemon.log"), "wb") as log:
        d = subprocess.Popen(conf.daemon(), stdout=log, stderr=log)
    try:
        settled(conf, d.pid)
        a = usage(d.pid)
        ran = status(conf)["daemon"]["checks_run"]
        time.sleep(IDLE)        # on purpose: what this costs is measured
        b = usage(d.pid)
    finally:
        d.terminate()
        d.wait(timeout=30)
    return {"CPU of a measurement, 10 000 checks loaded":
            (a[0] / ran * 1e6, "us"),
            "idle with 10 000 checks, wake-ups":
            ((b[1] - a[1]) / IDLE, "1/s"),
            "idle with 10 000 checks, CPU":
            ((b[0] - a[0]) / IDLE * 100, "%"),
            "idle with 10 000 checks, RSS": (b[2], "MB")}


def measure(build, where):
    found = figures(program(build, "tests/bench/bench-engine"))
    journal = os.path.join(where, "journal")
    os.makedirs(journal)
    found |= figures(program(build, "tests/bench/bench-journal"), journal)
    found |= figures(program(build, "tests/bench/bench-worker"),
                     program(build, "gatewarden-host"),
                     os.path.join(build, "tests/bench/.libs/nothing.so"))
    found |= figures(program(build, "tests/bench/bench-http"),
                     program(build, "gatewarden-host"),
                     os.path.join(build, "plugins/check/.libs/"
                                  "check-http.so"),
                     "/usr/lib/nagios/plugins/check_http")
    found |= figures(program(build, "tests/bench/bench-report"), where)
    found["simulated days, 30 checks, with faults"] = (simulated(build),
                                                       "1/s and core")
    small = Conf(build, os.path.join(where, "small"), FILES // 10)
    large = Conf(build, os.path.join(where, "large"), FILES)
    found["load of 1 000 checks"] = (small.load(), "s")
    found["load of 10 000 checks"] = (large.load(), "s")
    found |= told(lambda name: Conf(build, os.path.join(where, name), 0),
                  program(build, "gatewarden"))
    found |= asked(lambda name: Conf(build, os.path.join(where, name), 0),
                   program(build, "gatewarden"))
    return found | idle(large)


def postgresql(f, of):
    kept, each = "kept connections", "a psql each"
    if f"PostgreSQL checks, {kept}" not in f:
        return []
    return [
        ("PostgreSQL checks, kept connections against psql",
         of(f"PostgreSQL checks, {kept}", f"PostgreSQL checks, {each}"),
         ">= 5"),
        ("CPU of psql against that of a PostgreSQL check",
         of(f"CPU of a PostgreSQL check, {each}",
            f"CPU of a PostgreSQL check, {kept}"), ">= 5"),
        ("CPU of the server, psql against kept connections",
         of(f"CPU of the server for it, {each}",
            f"CPU of the server for it, {kept}"), ">= 5")]


def ratios(f):
    """(what, ratio, goal): each of two figures of this run."""
    def of(a, b):
        return f[a][0] / f[b][0]
    http = [(f"{what}1 000 HTTP checks against {name}",
             of(f"{what}1 000 HTTP checks", f"{what}1 000 {side}"), goal)
            for what in ("", "CPU of ")
            for name, side, goal in (
                ("curl --parallel", "requests of curl --parallel", "<= 5"),
                ("check_http", "check_http, a process each", "<= 0.5"))
            if f"1 000 {side}" in f]
    return [
        *http,
        ("warm calls against fork and exec of true",
         of("warm call, 16 at once", "fork and exec of true"), ">= 15"),
        ("CPU of fork and exec against that of a warm call",
         of("CPU of fork and exec of true", "CPU of a warm call"), ">= 15"),
        ("journalled starts against raw fdatasync",
         of("journalled starts", "raw fdatasync"), ">= 0.8"),
        ("grouped measurements against journalled starts",
         of("grouped measurements", "journalled starts"), ">= 10"),
        *((f"engine step, {sort}, {shape}, {n} phases against 10",
           of(f"engine step, {sort}, {shape}, {n} phases",
              f"engine step, {sort}, {shape}, 10 phases"), "<= 1.5")
          for sort, shape in ENGINE for n in (100, 1000, 10000)),
        *((f"last start, chains of ten, {n} phases against 10",
           of(f"last start, chains of ten, {n} phases",
              "last start, chains of ten, 10 phases"), "<= 1.5")
          for n in (100, 1000, 10000)),
        ("simulated days with faults against fork and exec of true",
         of("simulated days, 30 checks, with faults",
            "fork and exec of true"), ">= 1"),
        ("report over a million events against reading them alone",
         of("a million events folded", "a million events read"), "<= 1.5"),
        ("CPU of a measurement in the daemon against fork and exec",
         of("CPU of a measurement, 10 000 checks loaded",
            "CPU of fork and exec of true"), "<= 1"),
        ("repair of a failed measurement against one commit",
         f["failed measurement to the start of its repair"][0] / 1000
         * f["journalled starts"][0], "<= 30"),
        ("message of a failed measurement against one commit",
         f["failed measurement to the receipt of its message"][0] / 1000
         * f["journalled starts"][0], "<= 30"),
        ("outbox deliveries against curl, a process each",
         of("outbox deliveries", "deliveries of curl, a process each"),
         ">= 1"),
        ("outbox deliveries against a bare client",
         of("outbox deliveries", "deliveries of a bare client"), ">= 0.03"),
        *postgresql(f, of),
        ("load of ten times the checks, 10 being linear",
         of("load of 10 000 checks", "load of 1 000 checks"), "<= 10"),
    ]


def show(found, wide=58):
    for name, (value, unit) in found.items():
        print(f"{name:<{wide}} {value:>12.4g} {unit}")
    print()
    for name, ratio, goal in ratios(found):
        print(f"{name:<{wide}} {ratio:>12.3g}   goal {goal}")


def main():
    p = argparse.ArgumentParser(description="figures, as ratios of two"
                                " sides in one run")
    p.add_argument("build", help="build directory")
    p.add_argument("--json", action="store_true")
    a = p.parse_args()
    where = tempfile.mkdtemp(prefix="gatewarden-bench-")
    try:
        found = measure(os.path.abspath(a.build), where)
    finally:
        shutil.rmtree(where, ignore_errors=True)
    if a.json:
        print(json.dumps({"figures": found, "ratios": ratios(found)}))
    else:
        show(found)


if __name__ == "__main__":
    main()
