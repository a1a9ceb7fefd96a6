#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Who is told, and when, by the real daemon: quiet hours, silences over a
kill, the end of what was muted in between, the digest, a cap, escalation,
and the questions why somebody was not told.

The clock runs on while the test asks: what had been told by an instant is
read from when messages were queued, and what has to come before another has
hours for it.
"""
import datetime
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import DATE, PIPELINE, Scenario, TOLD  # noqa: E402
from stage import ms, wait_for                         # noqa: E402

DAY = "2026-01-16"
SILENCES_MOST = 64      # at a time
RULINGS_MOST = 200      # are shown

NIGHT = """
windows = ( { name = "night";  kind = "quiet";  from = "23:00";
              to = "07:00"; } );
"""

BOSS = """
notifiers = (
  { name = "people";  plugin = "file";  path = "%(dir)s/messages.log"; },
  { name = "boss";  plugin = "file";  path = "%(dir)s/boss.log"; } );
"""


def at(clock, day=DAY):
    return ms(datetime.datetime.fromisoformat(f"{day}T{clock}:00-05:00"))


class Told(Scenario):
    speed = 3600.0

    def prepare(self):
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            'watch_for = "5d"', 'settle = "5m";  watch_for = "1d"'))
        self.setup()

    def setup(self):
        pass

    def until(self, clock, day=DAY):
        self.site.until(at(clock, day))

    def messages(self, by=None):
        """Those that were queued by that time, or all."""
        return [m for m in self.site.told() if m["kind"] != "adopted"
                and (by is None or m["queued_at"] <= at(by))]

    def number(self):
        """Of the one incident that is open."""
        return str(self.site.ask("incidents")["incidents"][0]["incident"])

    def kinds(self, by=None):
        return [m["kind"] for m in self.messages(by)]

    def queued(self, kind):
        return [m["queued_at"] for m in self.site.journal().messages
                if m["body"]["kind"] == kind]


class Flapping(Told):
    """That one thing flaps says nothing of another."""

    speed = 100.0
    start = small_site.START.replace(minute=58)
    names = ("a", "b")

    def setup(self):
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            'watch_for = "5d"', 'settle = "1m";  watch_for = "1d"'))
        self.site.put("50-flap.conf", small_site.checks(*(
            small_site.check(f"{x}_rows", x, 'pipeline = "small";  every = '
                             '"1m";  confirm = 1;  warn = 1;')
            for x in self.names)) + "alarms = ( " + ", ".join(
                f'{{ name = "{x}_alarm";  plugin = "all";  inputs = '
                f'"{x}_rows"; }}'
                for x in self.names) + " );\n")
        for name in ("raw", "load", "publish", *self.names):
            self.site.bring(name, DATE, DAY)

    def opened(self, name):
        return any(f"{name}_" in json.dumps(i) for i in
                   self.site.ask("incidents")["incidents"] if i["open"])

    def flap(self, name):
        """Until it is told; was it?"""
        for _ in range(5):
            self.site.lose(name, DATE)
            wait_for(f"{name} to open", 30, lambda: self.opened(name), 0.1)
            self.site.bring(name, DATE)
            wait_for(f"{name} to end", 30,
                     lambda: not self.opened(name), 0.1)
            if any(m["kind"] == "flapping" and f"{name}_" in m["title"]
                   for m in self.messages()):
                return True
        return False

    def test_two_flap(self):
        self.site.run(60)
        self.until("04:02")
        self.assertTrue(self.flap("a"))
        self.assertTrue(self.flap("b"))


class Quiet(Told):
    def setup(self):
        self.site.put("60-night.conf", NIGHT)

    def test_held_until_the_morning(self):
        self.site.run(60)
        self.until("06:40")
        self.assertEqual(self.messages("06:40"), [])
        number = self.number()
        r = self.site.ask("notify", "explain", number)["rulings"][0]
        self.assertEqual((r["outcome"], r["steps"][-1]["stage"],
                          r["steps"][-1]["by"], r["steps"][-1]["rule"]),
                         ("held", "quiet", "night", "60-night.conf:2"))
        quiet = self.site.ask("why-quiet", DATE)
        self.assertEqual(quiet["rulings"][0]["notifier"], "people")
        self.until("07:20")
        self.assertEqual(self.kinds(), ["opened"])
        self.assertEqual(self.queued("opened"), [at("07:00")])
        said = self.site.gatewarden("notify", "explain", number).stdout
        self.assertIn("stopped by night (60-night.conf:2), until", said)
        self.sound()

    def test_gives_way_to_a_deadline(self):
        self.site.put("60-night.conf", NIGHT.replace("07:00", "09:00"))
        self.site.run(60)
        self.until("06:30")     # load is due at 08:00
        self.assertEqual(self.kinds(), ["opened"])


class Silence(Told):
    def silence(self, until, *more):
        return self.site.ask("silence", *more, "--until", f"{DAY} {until}",
                             "--reason", "the vendor moves")

    def test_over_before_it_ends(self):
        """Nothing was told and all is well: nothing is said. Over a kill."""
        self.site.run(60)
        said = self.site.gatewarden("silence", "phase=raw", "--until", "6h",
                                    "--reason", "x", "--preview").stdout
        self.assertIn("mutes nothing", said)
        self.assertEqual(self.site.ask("silences")["silences"], [])
        got = self.silence("16:00", "phase=raw", "date=" + DATE)
        self.until("06:20")
        stands = self.site.ask("silences")["silences"][0]
        self.assertEqual((stands["id"], len(stands["mutes"])),
                         (got["id"], 1))
        self.site.kill()
        self.site.run(60)
        self.site.bring("raw", DATE)
        self.site.reached(DATE, "publish", "done")
        self.until("16:40")
        self.assertEqual(self.messages(), [])
        self.sound()

    def test_the_end_of_what_was_told(self):
        """Told, then silenced, then mended: the end is told when the
        silence ends."""
        self.site.run(60)
        self.until("06:20")
        self.assertEqual(self.kinds(), ["opened"])
        self.silence("16:00", "incident=" + self.number())
        self.site.bring("raw", DATE)
        self.site.reached(DATE, "publish", "done")
        self.until("15:30")
        self.assertEqual(self.kinds("15:30"), ["opened"])
        self.site.kill()
        self.site.run(60)
        self.until("16:20")
        self.assertEqual(self.kinds(), ["opened", "resolved"])
        self.assertEqual(self.queued("resolved"), [at("16:00")])
        self.sound()

    def test_undone(self):
        self.site.run(60)
        got = self.silence("23:00", "severity=warning")
        self.until("06:20")
        self.assertEqual(self.messages(), [])
        self.site.gatewarden("undo", str(got["id"]))
        wait_for("what was muted", 30, self.messages)
        self.site.settled()
        self.assertEqual(self.kinds(), ["opened"])


class Silences(Told):
    speed = 60.0        # there is time to make many
    late = "2026-01-20 23:00"

    def again_at(self, speed):
        """Killed, and with a clock of another speed from there on."""
        self.site.kill()
        self.site.speed = speed
        self.site.put("00-test.conf", self.site.clock())
        self.site.run(60)

    def test_only_so_many_at_a_time(self):
        """Those that are over take no room from those that stand."""
        self.site.run(60)
        self.assertIn("id", self.site.ask("silence", "severity=warning",
                                          "--until", self.late, "--reason",
                                          "x"))
        for n in range(1, SILENCES_MOST):
            self.assertIn("id", self.site.ask(
                "silence", f"tag=t{n}", "--until", f"{DAY} 05:00",
                "--reason", "x"))
        more = self.site.gatewarden("silence", "tag=more", "--until", "1h",
                                    "--reason", "x")
        self.assertNotEqual(more.returncode, 0)
        self.assertIn("64 silences stand", more.stderr)
        self.again_at(900)
        self.until("05:10")
        self.assertIn("id", self.site.ask("silence", "tag=more", "--until",
                                          self.late, "--reason", "x"))
        self.until("06:50")
        self.assertEqual(self.messages(), [])
        self.again_at(60)
        self.assertEqual(self.messages(), [])
        self.newest_rulings()

    def newest_rulings(self):
        """Each silence looks at what waits again: what is shown of more
        rulings than fit are the newest, in their order."""
        number = self.number()
        first = self.site.ask("notify", "explain", number)["rulings"][0]["at"]
        for n in range(RULINGS_MOST // 2 + 5):
            got = self.site.ask("silence", f"tag=t{n}", "--until",
                                self.late, "--reason", "x")
            self.site.gatewarden("undo", str(got["id"]))
        for said in (self.site.ask("notify", "explain", number),
                     self.site.ask("why-quiet", DATE)):
            times = [r["at"] for r in said["rulings"]]
            self.assertEqual(len(times), RULINGS_MOST)
            self.assertEqual(times, sorted(times))
            self.assertGreater(times[0], first)


class Digest(Told):
    speed = 1800.0

    def setup(self):
        self.site.put("20-told.conf", TOLD.replace('  digest = "none";', ""))
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            'watch_for = "5d"', 'settle = "5m";  severity = "info";'
            '  watch_for = "1d"').replace("06:00", "04:30"))

    def test_one_message(self):
        self.site.run(60)
        self.until("04:50")
        self.site.bring("raw", DATE)    # over before the digest
        self.site.reached(DATE, "publish", "done")
        self.until("08:50")
        self.assertEqual(self.messages("08:50"), [])
        self.until("09:20")
        self.assertEqual(self.kinds(), ["digest"])
        self.assertIn("opened and resolved", self.messages()[0]["text"])
        self.site.kill()
        self.site.run(60)
        self.until("12:00")
        self.assertEqual(self.kinds(), ["digest"])
        self.sound()


class Escalate(Told):
    def setup(self):
        # whoever is reached twice is told once
        self.site.put("20-told.conf", BOSS + """
routes = ( { to = "people";  digest = "none";  continue = true; },
           { to = "people";  digest = "none"; } );
""")
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            'watch_for = "5d"', 'watch_for = "1d";  escalate = ('
            '{ after = "1h";  to = ("boss", "boss"); },'
            '{ after = "9h";  severity = "critical"; } )'))

    def test_steps(self):
        self.site.run(60)
        self.until("07:20")
        self.assertEqual(self.kinds(), ["opened", "escalated"])
        self.assertEqual(self.queued("escalated"), [at("07:00")])
        self.site.kill()
        self.site.run(60)
        self.until("07:40")
        self.site.ask("ack", self.number(), "--until", f"{DAY} 18:00")
        self.until("17:30")
        self.assertEqual(self.kinds("17:30"), ["opened", "escalated"])
        self.until("18:20")
        self.assertEqual(self.queued("escalated"),
                         [at("07:00"), at("18:00")])
        last = self.messages()[-1]
        self.assertEqual((last["kind"], last["severity"]),
                         ("escalated", "critical"))
        self.site.bring("raw", DATE)
        self.site.reached(DATE, "publish", "done")
        # whoever was told hears of the end
        wait_for("the end", 30, lambda: len(self.queued("resolved")) > 1)
        self.site.settled()
        self.assertEqual(len(self.queued("resolved")), 2)
        self.sound()


class Hours(Told):
    def setup(self):
        self.site.put("20-told.conf", BOSS + """
routes = ( { to = "boss";  during = "mon-fri 06:30-20:00"; },
           { to = "people"; } );
""")

    def test_by_day_and_by_night(self):
        self.site.run(60)
        self.until("06:20")
        said = self.site.gatewarden("routes").stdout
        self.assertIn("during 06:30-20:00", said)
        self.assertEqual({m["notifier"] for m in
                          self.site.journal().messages if
                          m["body"]["kind"] == "opened"}, {"people"})


class Tags(Told):
    """A summary has its pipeline's tags; what no route takes is nobody's."""
    tags = ""

    def setup(self):
        self.site.put("20-told.conf", BOSS + """
routes = ( { to = "boss";  tags = "money";  digest = "none"; },
           { to = "people";  severity = "warning";  tags = "rows"; },
           { to = "people";  severity = "critical"; },
           { to = "people";  severity = "warning"; } );
""")
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            "every =", self.tags + "every =").replace(
            'done = "publish_rows";', 'done = "publish_rows";  '
            'tags = "money";'))
        self.site.put("40-checks.conf", small_site.CHECKS.replace(
            'name = "raw_rows";', 'name = "raw_rows";  tags = "rows";'))

    def who(self):
        return {(m["body"]["kind"], m["notifier"])
                for m in self.site.journal().messages}

    def test_a_summary_is_not_for_all(self):
        self.site.run(60)
        self.until("06:20")
        self.assertEqual(self.who(), {("opened", "people")})
        with open(self.site.log, encoding="utf-8") as f:
            self.assertIn("(adopted, info): no route leads to anybody",
                          f.read())


class PipelineTags(Tags):
    tags = 'tags = "money";  '

    def test_a_summary_is_not_for_all(self):
        self.site.run(60)
        self.until("06:20")
        self.assertEqual(self.who(), {("adopted", "boss"),
                                      ("opened", "boss")})


if __name__ == "__main__":
    small_site.main()
