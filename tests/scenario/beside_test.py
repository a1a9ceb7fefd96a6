#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What docs/beside-airflow.md and docs/beside-cloud-scheduler.md show is run
as it stands there: the sensor in a stand-in for Airflow against a real daemon,
each line of the table of dates, the step of a scheduler, and the report of
what enforcing would have done.
"""
import datetime
import logging
import os
import re
import subprocess
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import DATE, TOP, Scenario, days_before  # noqa: E402
from stage import ms, wait_for                         # noqa: E402

HOUR = 3600_000
PIPELINE = """
pipelines = ( { name = "small";  timezone = "America/New_York";
  day_ends = "04:00";  mode = "%s";  database = "wh";  every = "2m";
  watch_for = "5d";  permit_for = "10h";
  phases = (
    { name = "load";   done = "load_rows";   due = "+1d 20:00"; },
    { name = "grade";  after = "load";  done = "grade_rows";
      due = "+1d 21:00"; } ); } );
"""


def page(name):
    with open(os.path.join(TOP, "docs", name), encoding="utf-8") as f:
        return f.read()


def block(name, kind):
    found = re.findall(rf"^```{kind}\n(.*?)^```$", page(name), re.M | re.S)
    assert len(found) == 1, (name, kind, len(found))
    return found[0]


class Fail(Exception):
    pass


class Skip(Exception):
    pass


class Sensor:
    """As much of Airflow's as a sensor needs."""

    def __init__(self, *, task_id, mode="poke", poke_interval=60,
                 timeout=7 * 86400, soft_fail=False):
        self.task_id, self.mode = task_id, mode
        self.poke_interval, self.timeout = poke_interval, timeout
        self.soft_fail = soft_fail
        self.log = logging.getLogger(task_id)


def airflow(version):
    """Modules under the names that this version has."""
    errors = types.ModuleType("airflow.exceptions")
    errors.AirflowFailException, errors.AirflowSkipException = Fail, Skip
    name = "airflow.sdk" if version == 3 else "airflow.sensors.base"
    base = types.ModuleType(name)
    base.BaseSensorOperator = Sensor
    known = {"airflow": types.ModuleType("airflow"),
             "airflow.exceptions": errors, name: base,
             "airflow.sdk": base if version == 3 else None}
    if version == 2:
        known["airflow.sensors"] = types.ModuleType("airflow.sensors")
    return known


def load(version=2):
    """The page's module, and what it shows of a DAG."""
    before = dict(sys.modules)
    sys.modules.update(airflow(version))
    try:
        module = types.ModuleType("gatewarden_airflow")
        exec(block("beside-airflow.md", "python"),  # pylint: disable=W0122
             module.__dict__)
        sys.modules["gatewarden_airflow"] = module
        dag = types.ModuleType("dag")
        exec(block("beside-airflow.md", "python dag"),  # pylint: disable=W0122
             dag.__dict__)
    finally:
        for name in set(sys.modules) - set(before):
            del sys.modules[name]
    return module, dag


def context(end, conf=None, start=None, dag="orders_daily", run="scheduled"):
    at = end and datetime.datetime.fromisoformat(end.replace("Z", "+00:00"))
    return {"data_interval_end": at, "data_interval_start": start or at,
            "dag_run": types.SimpleNamespace(
                conf=conf, dag_id=dag, run_id=f"{run}__{end}")}


class Dates(small_site.unittest.TestCase):
    def test_each_line_of_the_table(self):
        rows = [[c.strip() for c in line.strip("|").split("|")]
                for line in page("beside-airflow.md").splitlines()
                if re.match(r"\|.*\| *2026-\d\d-\d\d \|$", line)]
        self.assertEqual(len(rows), 7)
        for version in (2, 3):
            module, _ = load(version)
            for what, start, end, zone, day_ends, date in rows:
                self.assertEqual(module.data_date(context(
                    end, start=start), zone, day_ends), date, what)

    def test_what_has_no_interval(self):
        module, _ = load()
        self.assertEqual(module.data_date(context(
            None, {"date": "2026-01-16"}), "UTC"), "2026-01-16")
        for conf in (None, {}):
            with self.assertRaises(Fail):
                module.data_date(context(None, conf), "UTC")
        for date in ("2026-13-01", "--all", "$(x)"):
            with self.assertRaises(ValueError):
                module.data_date(context(None, {"date": date}), "UTC")

    def test_it_holds_no_slot(self):
        module, dag = load()
        self.assertEqual(dag.may_grade.mode, "reschedule")
        self.assertEqual(module.Permit(task_id="t", phase="p", zone="UTC",
                                       soft_fail=True).mode, "reschedule")


class Beside(Scenario):
    mode = "enforce"
    speed = 600.0
    start = small_site.START.replace(hour=5)

    def prepare(self):
        self.site.put("30-pipeline.conf", PIPELINE % self.mode)
        self.site.put("40-checks.conf", small_site.checks(
            small_site.check("load_rows", "load"),
            small_site.check("grade_rows", "grade")))
        for name in ("load", "grade"):
            self.site.bring(name, *days_before(DATE, 8))

    def state(self, phase):
        return self.site.phase(DATE, phase)["state"]


class Airflow(Beside):
    def test_a_sensor_waits_without_a_slot_and_takes_the_permit(self):
        module, dag = load()
        module.CLIENT[:] = self.site.client()
        run = context("2026-01-16T06:00-05:00")
        # no daemon, no start
        self.assertFalse(dag.may_grade.poke(run))
        self.site.run()
        wait_for("the first readings", 30, lambda: self.site.ask(
            "status")["checks_ran"] > 0)
        self.assertFalse(dag.may_grade.poke(run))
        self.assertFalse(dag.may_grade.poke(run))
        self.site.bring("load", DATE)
        wait_for("the permit", 60, lambda: dag.may_grade.poke(run), 0.2)
        # a try of the same run that comes after has it, another run has not
        self.assertTrue(dag.may_grade.poke(run))
        for other in (context("2026-01-16T06:00-05:00", dag="x" * 80),
                      context("2026-01-16T06:00-05:00", run="manual")):
            with self.assertRaises(Skip):
                dag.may_grade.poke(other)
        self.site.bring("grade", DATE)
        dag.graded(run)
        self.site.reached(DATE, "grade", "done", 60)
        self.assertNotIn("bypassed", str(self.site.phase(DATE, "grade")))
        with self.assertRaises(Skip):
            dag.may_grade.poke(run)
        self.sound()

    def test_what_failed_may_be_asked_for_again(self):
        module, dag = load()
        module.CLIENT[:] = self.site.client()
        self.site.bring("load", DATE)
        self.site.run()
        run = context("2026-01-16T06:00-05:00")
        wait_for("the permit", 60, lambda: dag.may_grade.poke(run), 0.2)
        dag.not_graded(run)
        rows = [e["data"] for e in self.site.journal().events
                if e["kind"] == "signal"]
        self.assertEqual([r["event"] for r in rows], ["start", "failed"])
        self.assertEqual(rows[1]["remark"], "see the task's log")
        self.sound()


class Step(Beside):
    def step(self, *command):
        path = os.path.join(self.tmp.name, "permitted")
        with open(path, "w", encoding="utf-8") as f:
            f.write(block("beside-cloud-scheduler.md", "sh permitted"))
        return subprocess.run(
            ["/bin/sh", path, "grade", DATE, *command], text=True,
            capture_output=True, check=False, timeout=60,
            env={**os.environ, "WAIT": "1s",
                 "GATEWARDEN": " ".join(self.site.client())})

    def test_a_step_asks_for_the_scheduler(self):
        done = os.path.join(self.tmp.name, "ran")
        work = ("/bin/sh", "-c", f"echo ran >>{done}; exit ${{1:-0}}", "x")
        self.assertEqual(self.step(*work).returncode, 3)
        self.site.run()
        p = wait_for("an answer", 30, lambda: [
            p for p in [self.step(*work)] if p.returncode != 13])[0]
        self.assertIn(p.returncode, (11, 12), p.stderr)
        self.assertFalse(os.path.exists(done))
        self.site.bring("load", DATE)
        p = wait_for("the permit", 60, lambda: [
            p for p in [self.step(*work)] if p.returncode == 0])[0]
        # delivered twice: the second leaves
        self.assertEqual(self.step(*work).returncode, 0)
        with open(done, encoding="utf-8") as f:
            self.assertEqual(f.read(), "ran\n")
        self.sound()

    def test_a_failure_is_the_steps_own(self):
        self.site.bring("load", DATE)
        self.site.run()
        p = wait_for("the run", 60, lambda: [
            p for p in [self.step("/bin/sh", "-c", "exit 7")]
            if p.returncode not in (11, 12, 13)])[0]
        self.assertEqual(p.returncode, 7, p.stderr)
        self.assertEqual([e["data"]["event"] for e in
                          self.site.journal().events
                          if e["kind"] == "signal"], ["start", "failed"])


class Watched(Beside):
    """Nobody asks, and nothing is enforced: what it would have been."""
    mode = "observe"
    start = small_site.START        # an hour before the date ends

    def test_the_report_says_what_would_have_been_blocked(self):
        self.site.run()
        self.site.until(ms(self.start) + 2 * HOUR)
        self.site.bring("grade", DATE)      # ran without its load
        wait_for("the bypass", 60, lambda: self.site.journal().reached(
            DATE, "grade", "done"), 0.2)
        text = self.site.gatewarden("report", "day", DATE).stdout
        self.assertIn("what enforcing would have done (mode observe)", text)
        (line,) = [x for x in text.splitlines() if "blocked" in x and
                   "grade" in x and "its edge was closed" in x]
        self.evidence(line.strip())
        would = self.site.ask("report", "day", DATE)["enforcing"]["would"]
        self.assertEqual([(x["date"], x["name"], x["would"])
                          for x in would], [(DATE, "grade", "blocked")])
        self.sound()


if __name__ == "__main__":
    small_site.main()
