# SPDX-License-Identifier: BSD-2-Clause
"""A daemon's control socket with canned answers, and the client run on it.

Says what it is told to say and remembers what it was asked; knows nothing of
pipelines. An answer is a value (the result), an Error, or a function that
gets (call, send) and sends whatever it likes.
"""
import json
import os
import socket
import subprocess
import threading


class Error(Exception):
    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.error = {"code": code, "message": message}
        if data is not None:
            self.error["data"] = data


class Close(Exception):
    """Raised by an answer: hang up."""


class Daemon:
    def __init__(self, path, answers):
        self.path, self.answers = path, answers
        self.calls = []
        self.connections = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(path)
        self.socket.listen(8)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            self.connections.append(conn)
            threading.Thread(target=self.talk, args=(conn,),
                             daemon=True).start()

    def talk(self, conn):
        def send(value):
            data = value if isinstance(value, bytes) else \
                json.dumps(value).encode() + b"\n"
            conn.sendall(data)

        try:
            with conn.makefile("rb") as lines:
                for line in lines:
                    self.answer(json.loads(line), send)
        except (Close, OSError):
            pass
        finally:
            try:
                conn.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            conn.close()

    def answer(self, call, send):
        self.calls.append((call["method"], call.get("params")))
        reply = {"jsonrpc": "2.0", "id": call["id"]}
        answer = self.answers.get(call["method"],
                                  Error(-32601, "no such verb"))
        if callable(answer):
            answer(call, send)
        elif isinstance(answer, Error):
            send({**reply, "error": answer.error})
        else:
            send({**reply, "result": answer})

    def close(self):
        self.socket.close()
        for conn in self.connections:
            try:
                conn.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        os.unlink(self.path)


def environment(**more):
    env = {k: v for k, v in os.environ.items()
           if k not in ("NO_COLOR", "GATEWARDEN_SOCKET", "COLUMNS")}
    return {**env, "LC_ALL": "C.UTF-8", **more}


def client(program, path, *words, stdin=subprocess.DEVNULL, **env):
    return subprocess.run([program, "--socket", path, *words], text=True,
                          stdin=stdin, capture_output=True, timeout=60,
                          env=environment(**env), check=False)
