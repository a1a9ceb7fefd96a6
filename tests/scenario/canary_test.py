#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Secrets stay secret: a value of its own in every secret option of every
plugin that has been built, by their option tables, so that a new one is
covered by being there. The far ends are as bad as they get: they repeat all
that they were told in their refusal.

None of the values is then found in the journal, in logs, messages and state,
in argv or environ of any process, in what any command prints, or in a core
file. That they were used is seen at the far ends.
"""
import glob
import http.server
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from small_site import BUILD, DATE, Scenario, days_before, main  # noqa: E402
from stage import program, wait_for                        # noqa: E402

# What options have to look like for a plugin to get as far as it can; others
# get something of their type, or the bare value.
URLS = ("webhook", "workflow", "url")
TEXTS = {"from": "a@example.org", "user": "gatewarden", "channel": "C1",
         "location": "US", "date": "2026-01-15"}
LISTS = {"to": "b@example.org"}
ACCOUNT = {"type": "service_account", "client_email": "a@example.org",
           "project_id": "p", "private_key_id": "1"}
VERBS = ("status", "status --all", "events --limit 1000", "incidents",
         "incident 1", "explain 1", "phases", "checks", "gates", "plugins",
         "due", "coverage", "report", "notify test", "doctor", "routes",
         "journal check", "verify", "timeline", f"explain {DATE}")


class Echo:
    """Refuses everything, and repeats it."""
    def __init__(self):
        self.heard = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def any(self):
                n = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(n).decode(errors="replace")
                heard = f"{self.path} {self.headers} {body}"
                outer.heard.append(heard)
                said = " ".join(heard.split())
                data = json.dumps({"error": said, "message": said,
                                   "error_description": said}).encode()
                if len(outer.heard) % 2:
                    data = said.encode()
                self.send_response(400, said[:4000].encode(
                    "latin-1", "replace").decode("latin-1"))
                self.send_header("X-Heard", said[:4000].encode(
                    "ascii", "replace").decode())
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = any
            do_HEAD = any

            def log_message(self, *_):
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                     Handler)
        self.httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.httpd.server_port}"
        threading.Thread(target=self.httpd.serve_forever, args=(0.05,),
                         daemon=True).start()

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()


def below(daemon):
    """The processes that descend from it, and it: {pid: argv}."""
    parents, argv = {}, {}
    for path in glob.glob("/proc/[0-9]*"):
        try:
            with open(path + "/stat", encoding="latin-1") as f:
                parents[int(path[6:])] = int(
                    f.read().rsplit(")", 1)[1].split()[1])
            with open(path + "/cmdline", "rb") as f:
                argv[int(path[6:])] = f.read().decode(errors="replace")
        except OSError:         # gone meanwhile
            continue

    def ours(pid):
        while pid > 1 and pid != daemon:
            pid = parents.get(pid, 0)
        return pid == daemon
    return {pid: words for pid, words in argv.items() if ours(pid)}


class Watch(threading.Thread):
    """Reads argv and environ of every process below the daemon, as long as
    it lives."""
    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.daemon_pid, self.over = daemon, threading.Event()
        self.seen, self.pids, self.cores = set(), set(), set()

    def run(self):
        while not self.over.is_set():
            for pid, argv in below(self.daemon_pid).items():
                self.look(pid, argv)
            self.over.wait(0.02)

    def look(self, pid, argv):
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                environ = f.read()
            with open(f"/proc/{pid}/limits", encoding="ascii") as f:
                limits = f.read()
        except OSError:
            return
        self.pids.add(pid)
        self.seen.update((argv, environ.decode(errors="replace")))
        if argv.split("\0")[0].endswith("gatewarden-host"):
            self.cores.update(re.findall(r"Max core file size +(\S+)",
                                         limits))


def secret_options(options, path=()):
    for o in options:
        if o["type"] == "secret":
            yield (*path, o["name"])
        yield from secret_options(o.get("members") or [],
                                  (*path, o["name"]))


class Canary(Scenario):
    speed = 3600.0

    def prepare(self):
        self.values, self.kinds = {}, {"check": [], "action": [],
                                       "notifier": []}
        self.far = Echo()
        self.addCleanup(self.far.close)
        self.vault = os.path.join(self.tmp.name, "vault")
        os.mkdir(self.vault, 0o700)
        for path in sorted(glob.glob(os.path.join(
                BUILD, "plugins", "*", ".libs", "*.so"))):
            self.plugin(json.loads(subprocess.run(
                [program(BUILD, "gatewarden-host"), "--describe", path],
                capture_output=True, check=True).stdout))
        self.assertGreater(len(self.values), 15)
        self.configure()

    # ---- a configuration of all of them

    def plugin(self, d):
        for option in secret_options(d["options"]):
            self.kinds[d["kind"]].append((d["name"], self.instance(
                d, option)))

    def secret(self, name):
        """A file with a value of its own; its reference."""
        value = "owl" + secrets.token_hex(16)
        path = os.path.join(self.vault, f"s{len(self.values)}")
        self.values[value] = name
        option = name.rsplit(".", 1)[-1]
        text = value
        if option in URLS:
            text = f"{self.far.url}/hook/{value}?t={value}"
        elif option == "credentials":
            text = json.dumps({**ACCOUNT, "private_key": value,
                               "token_uri": self.far.url})
        elif option == "client_key":
            text = f"-----BEGIN PRIVATE KEY-----\n{value}\n" \
                "-----END PRIVATE KEY-----"
        elif option == "authorization":
            text = f"Bearer {value}"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text + "\n")
        os.chmod(path, 0o600)
        return f'"file:{path}"'

    def value(self, plugin, o):
        name, kind = o["name"], o["type"]
        if kind == "secret":
            return self.secret(f"{plugin}.{name}")
        if kind == "enum":
            return f'"{o["choices"][0]}"'
        if kind in ("int", "number"):
            return str(max(int(o.get("min") or 1), 1))
        if kind == "bool":
            return "true"
        if kind == "duration":
            return '"1m"'
        if kind == "size":
            return '"1KiB"'
        if kind == "list":
            return f'("{LISTS.get(name, "x")}")'
        if kind == "database":
            return '"wh"'
        if kind == "groups":
            return "( { " + "".join(
                f"{m['name']} = {self.value(plugin, m)}; "
                for m in o["members"] if m.get("required")) + "} )"
        if plugin == "email" and name == "server":
            return '"smtp://127.0.0.1:1"'
        if name in ("url", "endpoint", "server") or str(
                o.get("default")).strip('"').startswith("http"):
            return f'"{self.far.url}"'
        return f'"{TEXTS.get(name, "x")}"'

    def instance(self, d, option):
        """Its members: what is required, and this secret."""
        text = ""
        for o in d["options"]:
            wanted = o["name"] == option[0] or o.get("required") or (
                o["type"] == "string" and (o["name"] in TEXTS or
                                           o["name"] == "endpoint" or
                                           str(o.get("default")).strip('"')
                                           .startswith("http")))
            if wanted:
                text += f" {o['name']} = {self.value(d['name'], o)};"
        if d["name"] == "email":
            text += ' tls = "none";'
        return text

    def configure(self):
        lists = {k: "" for k in self.kinds}
        phases = ""
        for kind, them in self.kinds.items():
            for i, (plugin, members) in enumerate(them):
                more = " min = 1; every = \"30m\";" if kind == "check" else ""
                lists[kind] += (f'  {{ name = "{kind}{i}"; plugin = '
                                f'"{plugin}"; timeout = "2s";{more}'
                                f'{members} }},\n')
                if kind == "check":
                    phases += (f'    {{ name = "c{i}"; done = "check{i}"; '
                               'due = "+1d 06:00"; },\n')
                if kind == "action":
                    phases += (f'    {{ name = "a{i}"; start = "action{i}"; '
                               'done = "never"; due = "+1d 06:00"; },\n')
        names = ", ".join(f'"notifier{i}"' for i in range(len(
            self.kinds["notifier"])))
        for name, text in (
                ("41-canary.conf",
                 f"checks = (\n{lists['check']}  {{ name = \"never\"; plugin "
                 '= "sql"; min = 1; value = "SELECT 0"; } );\n'
                 f"actions = (\n{lists['action'].rstrip(',' + chr(10))} );\n"
                 f"notifiers = (\n{lists['notifier'].rstrip(',' + chr(10))}"
                 f" );\nroutes = ( {{ name = \"all\"; to = ({names}); "
                 'digest = "none"; continue = true; } );\n'),
                ("42-canary.conf",
                 'pipelines = ( { name = "owl"; timezone = '
                 '"America/New_York"; day_ends = "04:00"; mode = "enforce"; '
                 'database = "wh"; watch_for = "1d"; act_within = "1d"; '
                 f"phases = (\n{phases.rstrip(',' + chr(10))} ); }} );\n")):
            self.site.put(name, text)
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))

    # ---- what is said and written

    def tried(self):
        """Every action, by the journal; every check, by the phases."""
        rows = self.site.journal().rows
        tried = {r["data"].get("action") or r["data"].get("phase")
                 for r in rows if r["key"].startswith("attempt/")}
        return len(tried) >= len(self.kinds["action"])

    def printed(self):
        for verb in VERBS:
            for more in ((), ("--json",)):
                p = self.site.gatewarden(*verb.split(), *more)
                yield f"{verb} {more}", p.stdout + p.stderr
        for words in (("config", "check", "--resolved"),
                      ("config", "check", "--resolved", "--json")):
            p = subprocess.run(
                [program(BUILD, "gatewarden"), *words, "--config",
                 self.site.conf, "--plugin-dir", self.site.plugins],
                capture_output=True, text=True, check=False)
            yield " ".join(words), p.stdout + p.stderr

    def written(self):
        for where, _, names in os.walk(self.site.dir):
            if where == self.vault:
                continue
            for name in names:
                path = os.path.join(where, name)
                if os.path.islink(path) or not os.path.isfile(path):
                    continue
                with open(path, "rb") as f:
                    yield path, f.read().decode("latin-1")

    def found(self, places):
        """Which values stand where, whole or half."""
        return sorted({(self.values[v], place) for place, text in places
                       for v in self.values if v[3:17] in text})

    def crash_workers(self):
        """As a bug would: those that wait for the next call."""
        for pid, argv in below(self.site.daemon.pid).items():
            if argv.split("\0")[0].endswith("gatewarden-host"):
                try:
                    os.kill(pid, signal.SIGSEGV)
                except ProcessLookupError:
                    pass

    def test_no_value_is_found_anywhere(self):
        self.site.run()
        watch = Watch(self.site.daemon.pid)
        watch.start()
        wait_for("the checks to run", 60, self.site.measured)
        wait_for("the actions to be tried", 60, self.tried)
        printed = list(self.printed())
        self.crash_workers()
        for i in range(len(self.kinds["check"])):
            self.site.gatewarden("check", "run", f"check{i}")
        printed += list(self.printed())
        export = self.site.gatewarden("journal", "export").stdout
        watch.over.set()
        watch.join()
        heard = "\n".join(self.far.heard)
        used = {self.values[v] for v in self.values if v in heard}
        self.evidence(f"{len(self.values)} values, {len(used)} of them came "
                      f"to a far end, {len(watch.pids)} processes, "
                      f"{len(printed)} answers")
        for name in ("slack.webhook", "slack.token", "pagerduty.routing_key",
                     "teams.workflow", "ntfy.topic", "ntfy.token",
                     "webhook.url", "webhook.authorization",
                     "http.authorization", "http.value"):
            self.assertIn(name, used)
        self.assertGreater(len(export), 1000)
        self.assertEqual(self.found([("argv or environ", t)
                                     for t in watch.seen]), [])
        self.assertEqual(self.found(printed), [])
        self.assertEqual(self.found([("export", export)]), [])
        self.assertEqual(self.found(self.written()), [])
        self.assertEqual(watch.cores, {"0"})
        self.site.stop()
        self.assertEqual(self.found(self.written()), [])


if __name__ == "__main__":
    main()
