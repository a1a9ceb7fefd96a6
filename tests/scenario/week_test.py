#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample's figures are those of the record, cell for cell.

The record lies beside the source tree, in ../shared/domain/data (or where
GATEWARDEN_DOMAIN_DATA says), and not in it: without it this is skipped (77).
"""
import csv
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SAMPLE = os.path.join(TOP, "conf.d", "nba", "sample")
DATA = os.environ.get("GATEWARDEN_DOMAIN_DATA") or os.path.join(
    os.path.dirname(TOP), "shared", "domain", "data")

# our column: theirs
WEEK = {
    "games": "games_scheduled_as_reported", "box_scores": "bdl_box_scores",
    "gamebooks": "nbac_gamebooks", "summary_rows": "pgs_records",
    "summary_players": "pgs_players", "summary_games": "pgs_games",
    "pdc": "pdc_rows", "psza": "psza_rows", "pcf": "pcf_rows",
    "mlfs": "mlfs_rows", "tdza": "tdza_rows", "predictions": "predictions",
    "players": "players_predicted", "systems": "systems", "graded": "graded",
}
SEASON = {
    "games": "games_scheduled", "team_defense_rows": "team_defense_rows",
    "context_rows": "upcoming_player_context_rows",
}
# After the runs by hand; 16 and 18 January. 0: it brought nothing.
REPAIRS = {("2026-01-16", "pdc"): 151, ("2026-01-18", "pdc"): 124,
           ("2026-01-18", "mlfs"): 170, ("2026-01-18", "pcf"): 144}

problems = []


def rows(path):
    with open(path, encoding="utf-8") as f:
        return list(csv.DictReader(x for x in f if not x.startswith("#")))


def ours(name):
    return rows(os.path.join(SAMPLE, name))


def theirs(name):
    return rows(os.path.join(DATA, name))


def same(where, got, want):
    if got != want:
        problems.append(f"{where}: {got!r} here, {want!r} there")


def compare(name, columns, key, there):
    known = {row[key]: row for row in theirs(there)}
    n = 0
    for row in ours(name):
        for mine, other in columns.items():
            same(f"{name} {row['game_date']} {mine}", row[mine],
                 known[row["game_date"]][other])
            n += 1
    return n


def compare_missing():
    mine = [(r["game_date"], r["game_key"], r["nba_game_id"])
            for r in ours("missing_games.csv")]
    known = [(r["game_date"], r["game_key"], r["nba_game_id"])
             for r in theirs("missing_bdl_games_jan2026.csv")
             if "2026-01-13" <= r["game_date"] <= "2026-01-18"]
    same("missing_games.csv", mine, known)
    same("missing_games.csv, games", len(mine), 17)
    return len(mine)


def compare_repairs():
    """Both the figures that were read after the runs by hand, and that PCF
    of the 16th was still empty two days later."""
    snapshots = {(r["as_of"], r["game_date"], r["processor"]): r["rows"]
                 for r in theirs("phase4_row_counts_snapshots.csv")}
    mine = {(r["game_date"], p): int(r[p]) for r in ours("repairs.csv")
            for p in ("pdc", "psza", "pcf", "mlfs", "tdza")}
    for key, want in REPAIRS.items():
        same(f"repairs.csv {key}", mine[key], want)
        at = "2026-01-20T19:25Z" if key == ("2026-01-16", "pdc") \
            else "2026-01-20T07:15Z"
        same(f"repairs.csv {key} in the record", str(mine[key]),
             snapshots[(at, *key)])
    same("repairs.csv pcf of the 16th", str(mine["2026-01-16", "pcf"]),
         snapshots["2026-01-21T08:04-08:00", "2026-01-16", "pcf"])
    return len(REPAIRS) + 1


def main():
    if not os.path.isdir(DATA):
        print(f"skipped: no {DATA}")
        return 77
    n = compare("week.csv", WEEK, "game_date",
                "jan13_19_2026_incident_daily.csv")
    same("week.csv, rows", len(ours("week.csv")), 7)
    n += compare("season.csv", SEASON, "date",
                 "season_2025_26_daily_facts.csv")
    n += compare_missing() + compare_repairs()
    for p in problems:
        print(p)
    print(f"{n} figures compared, {len(problems)} differ")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
