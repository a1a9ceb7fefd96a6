#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""put.py DIR NAME DATE NOW OPERATION [ROWS]: the work of the small site.

Writes that it ran, waits while DIR/wait-NAME is there, and brings ROWS rows
(default 1; 0 is a source that has nothing).
"""
import os
import sqlite3
import sys
import time


def connect(directory):
    return sqlite3.connect(os.path.join(directory, "warehouse.db"),
                           timeout=20, isolation_level=None)


def wait(path):
    deadline = time.monotonic() + 60
    while os.path.exists(path) and time.monotonic() < deadline:
        time.sleep(0.02)


def main():
    directory, name, date, now, operation, *more = sys.argv[1:]
    rows = int(more[0]) if more else 1
    db = connect(directory)
    db.execute("INSERT INTO runs VALUES (?, ?, ?, ?)",
               (operation, name, date, now))
    wait(os.path.join(directory, "wait-" + name))
    if rows > 0:
        db.execute("INSERT INTO seen VALUES (?, ?, ?, ?)",
                   (name, date, rows, now))
    print(f"{name} {date}: {rows} rows")


if __name__ == "__main__":
    main()
