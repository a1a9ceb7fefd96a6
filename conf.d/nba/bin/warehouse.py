# SPDX-License-Identifier: BSD-2-Clause
"""The embedded warehouse of the sample: one SQLite file, and what every
program beside this one does with it.

Real warehouses keep rows that have arrived. This one also knows the future:
every row carries `arrived_at`, and every query of conf.d is bound to :now, so
that the same file plays the whole week. Instants are UTC, written as RFC
3339 with a Z, so that they compare as text.

Several of these programs may run at once (attempts of different dates), and
any of them may be killed and run again. So: WAL, a busy timeout, one
immediate transaction per run, and only INSERT OR IGNORE under keys that say
what the row is.
"""
import argparse
import datetime
import os
import sqlite3
import sys
import zoneinfo

ZONE = zoneinfo.ZoneInfo("America/New_York")
PROCESSORS = {
    "pdc": ("player_daily_cache", "cache_date"),
    "psza": ("player_shot_zone_analysis", "analysis_date"),
    "pcf": ("player_composite_factors", "game_date"),
    "mlfs": ("ml_feature_store_v2", "game_date"),
    "tdza": ("team_defense_zone_analysis", "analysis_date"),
}

SCHEMA = """
CREATE TABLE schedule (game_date TEXT, game_id TEXT, arrived_at TEXT,
    PRIMARY KEY (game_date, game_id));
CREATE TABLE bdl_box_scores (game_date TEXT, game_id TEXT, arrived_at TEXT,
    PRIMARY KEY (game_date, game_id));
CREATE TABLE gamebooks (game_date TEXT, game_id TEXT, arrived_at TEXT,
    PRIMARY KEY (game_date, game_id));
CREATE TABLE player_game_summary (game_date TEXT, n INTEGER, game_id TEXT,
    player TEXT, arrived_at TEXT, PRIMARY KEY (game_date, n));
CREATE TABLE team_defense_game_summary (game_date TEXT, n INTEGER,
    arrived_at TEXT, PRIMARY KEY (game_date, n));
CREATE TABLE upcoming_player_game_context (game_date TEXT, n INTEGER,
    arrived_at TEXT, PRIMARY KEY (game_date, n));
CREATE TABLE player_prop_predictions (game_date TEXT, n INTEGER,
    player TEXT, system TEXT, arrived_at TEXT, PRIMARY KEY (game_date, n));
CREATE TABLE published (game_date TEXT, file TEXT, predictions INTEGER,
    arrived_at TEXT, PRIMARY KEY (game_date, file));
CREATE TABLE prediction_grades (game_date TEXT, n INTEGER, arrived_at TEXT,
    PRIMARY KEY (game_date, n));
-- What stands outside the warehouse: what the sources and jobs would give,
-- and a line for each run of a program.
CREATE TABLE source_bdl (game_date TEXT, game_id TEXT,
    PRIMARY KEY (game_date, game_id));
CREATE TABLE source_predictions (game_date TEXT PRIMARY KEY,
    predictions INTEGER, players INTEGER, systems INTEGER);
CREATE TABLE runs (operation TEXT, program TEXT, game_date TEXT, now TEXT);
CREATE TABLE source_repairs (game_date TEXT, processor TEXT, made INTEGER,
    PRIMARY KEY (game_date, processor));
""" + "".join(
    f"CREATE TABLE {table} ({column} TEXT, n INTEGER, arrived_at TEXT,"
    f" PRIMARY KEY ({column}, n));\n"
    for table, column in PROCESSORS.values())


def connect(path):
    """Opens an existing warehouse; waits for other writers."""
    db = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=20,
                         isolation_level=None)
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def arguments(**more):
    """The arguments that every program has, and its own."""
    p = argparse.ArgumentParser()
    for name in ("warehouse", "now", "date"):
        p.add_argument("--" + name, required=True)
    p.add_argument("--operation", default="by hand",
                   help="the attempt that this run belongs to")
    for name, options in more.items():
        p.add_argument("--" + name, required=True, **options)
    return p.parse_args()


def begin(db, a):
    """Begins the run's one transaction, and notes the run."""
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO runs VALUES (?, ?, ?, ?)",
               (a.operation, os.path.basename(sys.argv[0]), a.date,
                parse_now(a.now)))


def utc(instant):
    """An instant as the warehouse writes it."""
    return instant.astimezone(datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


def parse_now(text):
    """The {now} of a template, RFC 3339, as the warehouse writes it."""
    return utc(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")))


def local(date, days, clock):
    """The instant of a New York wall-clock time `days` after a date."""
    day = datetime.date.fromisoformat(date) + datetime.timedelta(days=days)
    at = datetime.datetime.combine(day, datetime.time.fromisoformat(clock),
                                   tzinfo=ZONE)
    return utc(at)


def numbered(db, table, column, date, count, arrived_at):
    """Rows 1 to count of a date; those that are there stay as they are."""
    db.executemany(
        f"INSERT OR IGNORE INTO {table} ({column}, n, arrived_at)"
        " VALUES (?, ?, ?)",
        ((date, n, arrived_at) for n in range(1, count + 1)))
