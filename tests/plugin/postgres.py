# SPDX-License-Identifier: BSD-2-Clause
"""A PostgreSQL server of a test's own, on a socket in a directory of its own.

    server = Postgres()             # raises Absent where it isn't installed
    server.sql("CREATE TABLE ...")
    server.dsn()                    # what conf.d says
    server.restart()                # as an update does
    server.stop()

With `tls`, a directory that has server.crt and server.key, it also listens on
127.0.0.1, at `port`, and only there with TLS.

A server refuses to run as root: then it runs as the user `postgres`, which
Debian's package makes, and so does psql.
"""
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile


class Absent(Exception):
    """Why there can be no server."""


def binaries():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        raise Absent("PostgreSQL's server is not installed")
    return os.path.dirname(found[-1])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postgres:
    def __init__(self, auth="trust", tls=None):
        self.bin = binaries()
        self.dir = tempfile.mkdtemp(prefix="gatewarden-pg-")
        self.data = os.path.join(self.dir, "data")
        self.user = "postgres" if os.getuid() == 0 else None
        self.tls, self.port = tls, None
        try:
            self.begin(auth)
        except BaseException:
            self.stop()
            raise

    def begin(self, auth):
        if self.user:
            try:
                shutil.chown(self.dir, self.user)
            except LookupError as why:
                raise Absent("there is no user postgres") from why
        os.chmod(self.dir, 0o755)
        self.run("initdb", "-D", self.data, "-U", "owner", "-A", auth,
                 "-E", "UTF8", "--no-locale", "--no-sync",
                 *(["--pwfile", self.password_file()]
                   if auth != "trust" else []))
        self.start()

    def start(self):
        listen = "-h ''"
        if self.tls:
            for name in ("server.crt", "server.key"):
                copy = os.path.join(self.data, name)
                shutil.copy(os.path.join(self.tls, name), copy)
                os.chmod(copy, 0o600)
                if self.user:
                    shutil.chown(copy, self.user)
            self.port = self.port or free_port()
            listen = f"-h 127.0.0.1 -p {self.port} -c ssl=on"
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l",
                 os.path.join(self.dir, "log"), "-o",
                 f"-k {self.dir} {listen} -F -c fsync=off", "start")

    def halt(self, mode="fast"):
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def restart(self, mode="fast"):
        self.halt(mode)
        self.start()

    def password_file(self):
        path = os.path.join(self.dir, "password")
        with open(path, "w", encoding="ascii") as f:
            f.write("owl canary\n")
        if self.user:
            shutil.chown(path, self.user)
        return path

    def run(self, program, *args, text=None):
        """As the user that the server runs as."""
        extra = {}
        if self.user:
            entry = pwd.getpwnam(self.user)
            extra = {"user": entry.pw_uid, "group": entry.pw_gid,
                     "extra_groups": []}
        done = subprocess.run(
            [os.path.join(self.bin, program), *args], cwd=self.dir,
            input=text, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=120, check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                 "PGPASSWORD": "owl canary"}, **extra)
        if done.returncode != 0:
            raise AssertionError(f"{program}: {done.stdout}")
        return done.stdout

    def sql(self, text):
        return self.run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h",
                        self.dir, "-p", str(self.port or 5432), "-U",
                        "owner", "postgres", text=text)

    def dsn(self, user="owner", more=""):
        return f"host={self.dir} user={user} dbname=postgres {more}".strip()

    def stop(self):
        if os.path.exists(os.path.join(self.data, "postmaster.pid")):
            try:
                self.halt("immediate")
            except AssertionError:
                pass
        shutil.rmtree(self.dir, ignore_errors=True)
