#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""An incident is one post in the channel, whatever happens to the daemon: what
Slack calls it is in the journal, and every message runs in a process of its
own. A Slack of our own keeps what is posted.
"""
import http.server
import json
import os
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from small_site import DATE, Scenario, days_before, main   # noqa: E402
from stage import wait_for                                 # noqa: E402

TOLD = """
notifiers = (
  { name = "chat";  plugin = "slack";  token = "file:%(dir)s/token";
    channel = "C0X";  endpoint = "%(url)s";  pace = "0s"; } );
routes = ( { to = "chat";  digest = "none"; } );
"""


class Slack:
    def __init__(self):
        self.posts, self.busy = {}, False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(
                    int(self.headers["Content-Length"])))
                status, answer = outer.answer(self.path, body)
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                     Handler)
        self.httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.httpd.server_port}"
        threading.Thread(target=self.httpd.serve_forever, args=(0.05,),
                         daemon=True).start()

    def answer(self, path, body):
        if self.busy and "thread_ts" in body:
            return 429, {"ok": False, "error": "ratelimited"}
        ts = body.get("ts") or f"1768.{len(self.posts):06d}"
        edits = self.posts.get(ts, {}).get("edits", -1) + 1
        self.posts[ts] = {**body, "edits": edits,
                          "method": path.strip("/")}
        return 200, {"ok": True, "channel": "C0X", "ts": ts}

    def channel(self, words=""):
        return [p for p in self.posts.values() if "thread_ts" not in p
                and words in json.dumps(p)]

    def thread(self, words=""):
        return [p for p in self.posts.values() if "thread_ts" in p
                and words in json.dumps(p)]

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()


class OnePost(Scenario):
    def prepare(self):
        self.slack = Slack()
        self.addCleanup(self.slack.close)
        with open(os.path.join(self.site.dir, "token"), "w",
                  encoding="ascii") as f:
            f.write("xoxb-owl\n")
        os.chmod(os.path.join(self.site.dir, "token"), 0o600)
        self.site.put("20-told.conf", TOLD.replace("%(url)s",
                                                   self.slack.url))
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))

    def test_over_a_kill_and_a_busy_thread(self):
        self.slack.busy = True      # the second half of each message fails
        self.site.run()
        wait_for("the first post", 60,
                 lambda: self.slack.channel(", opened, since"))
        number = self.site.told(kind="opened")[0]["incident"]
        self.site.kill()
        self.site.run()
        self.slack.busy = False
        wait_for("its thread", 60, self.slack.thread)
        self.site.settled()
        self.site.stop()
        self.site.run()
        self.site.bring("raw", DATE)
        self.site.gatewarden("recheck", DATE)
        wait_for("the end", 60, lambda: self.slack.channel(
            f"incident {number} is over"))
        self.sound()
        posts = self.slack.channel(f"incident {number} ")
        self.assertEqual(len(posts), 1, posts)
        self.assertGreaterEqual(posts[0]["edits"], 1)
        told = [m for m in self.site.journal().messages
                if m["incident"] == number and "delivered_at" in m]
        ts, = [k for k, p in self.slack.posts.items() if p is posts[0]]
        thread = [p for p in self.slack.thread() if p["thread_ts"] == ts]
        self.assertLessEqual(len(thread), len(told))
        receipts = [m["receipt"] for m in told if "receipt" in m]
        self.assertTrue(receipts)
        self.assertEqual([r for r in receipts if not
                          r.startswith(f"C0X C0X {ts} ")], [])
        self.evidence(f"incident {number}: {len(told)} messages, one post "
                      f"with {posts[0]['edits']} edits, {len(thread)} in its "
                      "thread")


if __name__ == "__main__":
    main()
