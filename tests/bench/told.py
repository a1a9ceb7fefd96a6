# SPDX-License-Identifier: BSD-2-Clause
"""From a failed measurement to the start of its repair and to the hand-over
of its message, and how fast messages leave: in the real daemon, with a real
receiver on loopback.

The measurement says itself when it was taken, the repair when it runs, the
receiver when it has the message. All of it contains what it takes to start
the processes; a commit and a fork stand beside.
"""
import http.client
import http.server
import json
import os
import statistics
import subprocess
import threading
import time

ROUNDS = 15             # failures, one at a time
NOTIFIERS, BATCHES = 40, 5
DATE = "2026-01-15"

BASE = """state_dir = "{dir}/state";
socket = "{dir}/control";
clock = {{ start = "2026-01-15 23:59:59"; timezone = "UTC"; speed = 1.0; }};
starts_per_hour = 0;
"""
FAILING = """
notifiers = ( {{ name = "team"; plugin = "webhook"; pace = "0s";
                url = "file:{dir}/url"; }} );
routes = ( {{ to = "team"; digest = "none"; }} );
actions = ( {{ name = "mend"; plugin = "exec"; idempotent = true;
  argv = ("/bin/sh", "-c", "date +%s%N >{dir}/started.$1", "sh",
          "{{failing}}"); }} );
pipelines = ( {{ name = "bench"; timezone = "UTC"; mode = "enforce";
  watch_for = "1d"; phases = ( {{ name = "p"; done = "fine"; }} ); }} );
"""
CHECK = """  {{ name = "c{n}"; plugin = "exec"; every = "12h"; confirm = 1;
    due = "+0h"; argv = ("/bin/sh", "-c",
      "test -e {dir}/bad || exit 0; date +%s%N >{dir}/measured.c{n}; exit 2");
  }}"""
ALARM = """  {{ name = "a{n}"; plugin = "all"; inputs = "c{n}"; }}"""
RECOVERY = """  {{ name = "r{n}"; action = "mend"; repairs = "c{n}";
    retry = {{ attempts = 1; }}; verify = {{ after = "1h"; within = "2h"; }};
  }}"""
MANY = """
notifiers = ( {many} );
routes = ( {{ to = ({names}); digest = "none"; }} );
pipelines = ( {{ name = "bench"; timezone = "UTC"; watch_for = "1d";
  phases = ( {{ name = "p"; done = "fine"; }} ); }} );
"""
FINE = """checks = (
  {{ name = "fine"; plugin = "exec"; argv = ("/bin/true"); every = "12h"; }}
{more} );
"""


class Receiver:
    def __init__(self):
        self.seen = []          # (title, ns)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((body, time.time_ns()))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                     Handler)
        self.port = self.httpd.server_port
        threading.Thread(target=self.httpd.serve_forever,
                         daemon=True).start()

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()


def wait(what, probe, seconds=30):
    end = time.monotonic() + seconds
    while not probe():
        if time.monotonic() > end:
            raise SystemExit(f"bench: waited {seconds} s for {what}")
        time.sleep(0.005)


class Daemon:
    """`conf` is a Conf of bench.py whose files are written already."""

    def __init__(self, conf, client):
        self.client = [client, "--socket", os.path.join(conf.dir,
                                                        "control")]
        with open(os.path.join(conf.dir, "daemon.log"), "wb") as log:
            self.process = subprocess.Popen(conf.daemon(), stdout=log,
                                            stderr=log)

    def ask(self, *words):
        return subprocess.run([*self.client, *words, "--json"], text=True,
                              capture_output=True, check=False)

    def __enter__(self):
        wait("the daemon", lambda: self.ask("status").returncode == 0)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)


def stamp(path):
    try:
        with open(path, encoding="ascii") as f:
            return int(f.read() or 0)
    except FileNotFoundError:
        return 0


def quiet(daemon):
    """Midnight is over: the new date has begun, nothing is being measured,
    and whatever there was to say is delivered."""
    s = json.loads(daemon.ask("status").stdout)
    return (s["pipelines"][0]["dates"][-1]["date"] > DATE
            and s["daemon"]["calls_under_way"] == 0
            and s["daemon"]["outbox"]["pending"] == 0)


def put_url(conf, receiver):
    path = os.path.join(conf.dir, "url")
    with open(path, "w", encoding="ascii") as f:
        f.write(f"http://127.0.0.1:{receiver.port}/\n")
    os.chmod(path, 0o600)


def answers(conf, client, receiver):
    """ms from a failed measurement to what follows; medians."""
    n = range(ROUNDS)
    more = "".join(",\n" + CHECK.format(n=i, dir=conf.dir) for i in n)
    conf.write("00.conf", BASE.format(dir=conf.dir)
               + FAILING.format(dir=conf.dir) + FINE.format(more=more)
               + "alarms = (\n" + ",\n".join(ALARM.format(n=i) for i in n)
               + ");\nrecoveries = (\n"
               + ",\n".join(RECOVERY.format(n=i) for i in n) + ");\n")
    put_url(conf, receiver)
    starts, told = [], []
    with Daemon(conf, client) as d:
        wait("midnight", lambda: quiet(d))
        d.ask("check", "run", "--all", "--date", DATE)
        with open(os.path.join(conf.dir, "bad"), "wb"):
            pass
        for i in n:
            before = len(receiver.seen)
            d.ask("check", "run", f"c{i}", "--date", DATE)
            wait("the repair", lambda: stamp(os.path.join(
                conf.dir, f"started.c{i}")))
            wait("the message", lambda: len(receiver.seen) > before)
            at = stamp(os.path.join(conf.dir, f"measured.c{i}"))
            starts.append(stamp(os.path.join(conf.dir, f"started.c{i}"))
                          - at)
            told.append(receiver.seen[before][1] - at)
    return statistics.median(starts) / 1e6, statistics.median(told) / 1e6


def deliveries(conf, client, receiver):
    """Messages per second to as many notifiers, from the first to the last
    arrival of each batch."""
    names = [f"n{i}" for i in range(NOTIFIERS)]
    conf.write("00.conf", BASE.format(dir=conf.dir) + MANY.format(
        names=", ".join(f'"{x}"' for x in names),
        many=", ".join(f'{{ name = "{x}"; plugin = "webhook"; pace = "0s";'
                       f' url = "file:{conf.dir}/url"; }}' for x in names))
        + FINE.format(more=""))
    put_url(conf, receiver)
    rates = []
    with Daemon(conf, client) as d:
        wait("midnight", lambda: quiet(d))
        for _ in range(BATCHES):
            before = len(receiver.seen)
            d.ask("notify", "test")
            wait("a batch", lambda: len(receiver.seen) >= before + NOTIFIERS)
            at = sorted(t for _, t in receiver.seen[before:])
            rates.append((len(at) - 1) / ((at[-1] - at[0]) / 1e9))
    return statistics.median(rates), receiver.seen[-1][0]


def bare(receiver, body):
    """The same body by a client that does nothing else, a connection each;
    and by a process each."""
    n, began = 200, time.monotonic()
    for _ in range(n):
        c = http.client.HTTPConnection("127.0.0.1", receiver.port)
        c.request("POST", "/", body, {"Content-Type": "application/json"})
        c.getresponse().read()
        c.close()
    client = n / (time.monotonic() - began)
    n, began = 60, time.monotonic()
    for _ in range(n):
        subprocess.run(["curl", "-s", "-d", "@-",
                        f"http://127.0.0.1:{receiver.port}/"], input=body,
                       check=True)
    return client, n / (time.monotonic() - began)


def told(make, client):
    """`make(name)`: a Conf of its own. Figures as bench.py has them."""
    receiver = Receiver()
    try:
        start, message = answers(make("answers"), client, receiver)
        rate, body = deliveries(make("deliveries"), client, receiver)
        plain, process = bare(receiver, body)
    finally:
        receiver.close()
    return {"failed measurement to the start of its repair": (start, "ms"),
            "failed measurement to the receipt of its message":
            (message, "ms"),
            "outbox deliveries": (rate, "1/s"),
            "deliveries of a bare client": (plain, "1/s"),
            "deliveries of curl, a process each": (process, "1/s")}
