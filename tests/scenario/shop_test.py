#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The shop sample runs: one night of extract, stage and publish, started by
the daemon one after the other, each believed when its data is there.

The export's age is that of a real file, so the virtual clock begins in the
real day's evening, in a zone where it is about noon now.
"""
import datetime
import os
import subprocess
import sys
import tempfile
import zoneinfo

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SHOP = os.path.join(TOP, "conf.d", "shop")
sys.path.insert(0, os.path.join(TOP, "conf.d", "nba", "lib"))

from journal import Journal                            # noqa: E402
from stage import Stage, wait_for                      # noqa: E402

HOUR = datetime.datetime.now(datetime.timezone.utc).hour
ZONE = f"Etc/GMT{HOUR - 12:+d}"         # POSIX sign: west is plus


class Shop(Stage):
    def make(self):
        for path in (self.conf, self.plugins, self.state):
            os.makedirs(path, mode=0o700, exist_ok=True)
        self.link_plugins()
        with open(os.path.join(SHOP, "shop.conf"), encoding="utf-8") as f:
            self.add("shop.conf", f.read().replace(
                "/usr/share/gatewarden/conf.d/shop", SHOP).replace(
                "/var/lib/gatewarden/shop", self.dir).replace(
                "Europe/Berlin", ZONE))
        self.add("00-test.conf", self.clock().replace(
            "America/New_York", ZONE))
        subprocess.run([os.path.join(SHOP, "bin", "etl"), "--dir", self.dir,
                        "init"], check=True)


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "."
    evening = datetime.datetime.now(zoneinfo.ZoneInfo(ZONE)).replace(
        hour=22, minute=0, second=0, microsecond=0)
    date = evening.strftime("%Y-%m-%d")
    with tempfile.TemporaryDirectory(prefix="gatewarden-") as directory:
        shop = Shop(build, directory, 2000, evening)
        shop.make()
        try:
            shop.run()

            def published():
                shop.must_live()
                return Journal(shop.export()).reached(date, "publish",
                                                      "done")

            wait_for("publish", 60, published, 0.2)
            journal = Journal(shop.export())
        finally:
            shop.stop()
        order = [journal.reached(date, p, "done")["at"]
                 for p in ("extract", "stage", "publish")]
        assert order == sorted(order), order
        tried = [(a["phase"], a["number"]) for a in journal.attempts(date)]
        assert tried == [("extract", 1), ("stage", 1), ("publish", 1)], tried
        kinds = [m["kind"] for m in journal.told()]
        assert kinds == ["adopted"], journal.told()
        with open(os.path.join(shop.dir, "export", date + ".csv"),
                  encoding="utf-8") as f:
            assert len(f.readlines()) == 121
        print(f"{date}: extract, stage, publish; 120 orders, one message about the dates before")


if __name__ == "__main__":
    main()
