# SPDX-License-Identifier: BSD-2-Clause
"""The far end of a notifier, on loopback, in every bad mood that HTTP has.

A delivery *arrives* when its request was read whole and not refused; whether
its sender ever hears of it is another matter:

    ok      200, arrives
    wait    429 with Retry-After in seconds, refused
    date    429 with Retry-After as a date, refused
    long    the same, for two hours
    error   500, refused
    gone    404, refused
    drip    arrives; an answer that comes a byte at a time, for ever
    reset   arrives; the connection is reset in place of an answer
    hang    arrives; no answer at all
"""
import email.utils
import http.server
import json
import socket
import struct
import threading
import time

UNHEARD = ("drip", "reset", "hang")


class Receiver:
    def __init__(self, moods=("ok",)):
        self.lock = threading.Lock()
        self.moods, self.turn = list(moods), 0
        self.calls = []         # (mood, path, key, ids, at)
        self.bodies = {}        # by id
        self.over = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                outer.take(self)

            def log_message(self, *_):
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                     Handler)
        self.httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.httpd.server_port}"
        threading.Thread(target=self.httpd.serve_forever, args=(0.05,),
                         daemon=True).start()

    def close(self):
        self.over.set()
        self.httpd.shutdown()
        self.httpd.server_close()

    def become(self, *moods):
        """From now on, one after the other, again and again."""
        with self.lock:
            self.moods, self.turn = list(moods), 0

    def take(self, handler):
        body = json.loads(handler.rfile.read(
            int(handler.headers["Content-Length"])))
        ids = [int(i) for i in body.get("merged", [])] + [int(body["id"])]
        with self.lock:
            mood = self.moods[self.turn % len(self.moods)]
            self.turn += 1
            self.calls.append((mood, handler.path,
                               handler.headers["Idempotency-Key"], ids,
                               time.monotonic()))
            self.bodies[ids[-1]] = body
        try:
            getattr(self, mood)(handler)
        except OSError:
            handler.close_connection = True     # the other end has left

    @staticmethod
    def answer(handler, status, *headers):
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def ok(self, handler):
        self.answer(handler, 200)

    def wait(self, handler):
        self.answer(handler, 429, ("Retry-After", "40"))

    def date(self, handler):
        self.answer(handler, 429, ("Retry-After", email.utils.formatdate(
            time.time() + 30, usegmt=True)))

    def error(self, handler):
        self.answer(handler, 500)

    def gone(self, handler):
        self.answer(handler, 404)

    def long(self, handler):
        self.answer(handler, 429, ("Retry-After", "7200"))

    def drip(self, handler):
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.over.wait(0.05):
            handler.wfile.write(b"x")

    def reset(self, handler):
        handler.close_connection = True
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                      struct.pack("ii", 1, 0))
        handler.connection.close()

    def hang(self, handler):
        handler.close_connection = True
        handler.connection.settimeout(0.05)
        while not self.over.is_set():
            try:
                if handler.connection.recv(1) == b"":
                    return
            except socket.timeout:
                pass

    # ---- what it has

    def arrivals(self, path):
        """(id, heard) in the order in which they came."""
        with self.lock:
            return [(i, mood == "ok") for mood, p, _, ids, _ in self.calls
                    if p == path and (mood == "ok" or mood in UNHEARD)
                    for i in ids]

    def tries(self, path):
        with self.lock:
            return [c for c in self.calls if c[1] == path]
