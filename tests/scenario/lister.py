#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""lister.py EXISTING NAME... -- a check for `exec`: which of the names are
lines of the file EXISTING, and which of its lines are none of them. It exits
with 3 (could not tell) when the file can't be read."""
import json
import sys

path, *declared = sys.argv[1:]
try:
    with open(path, encoding="utf-8") as f:
        existing = [line.rstrip("\n") for line in f]
except OSError as e:
    print(e)
    sys.exit(3)
missing = [name for name in declared if name not in existing]
extra = [name for name in existing if name not in declared]
json.dump({"value": len(declared) - len(missing), "expected": len(declared),
           "missing": missing, "extra": extra}, sys.stdout)
