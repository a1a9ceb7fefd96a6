#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Every rule has a witness, and each planted bad rule is found.

tests/config/prove holds a small pipeline with one bad rule in each copy, and
beside it what is found, word for word; a record lies beside the rule that
only a record can refute. With GATEWARDEN_GOLDEN=write the .said files are
written anew, to be read before they are believed. `config check` has to say
the same. In what is sound (the samples, the small pipeline without a bad
rule, every configuration of the documentation) nothing may be found and
nothing be left unproven.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
FACTS = os.path.join(
    os.environ.get("GATEWARDEN_DOMAIN_DATA") or os.path.join(
        os.path.dirname(TOP), "shared", "domain", "data"),
    "season_2025_26_daily_facts.csv")
BAD = os.path.join(TOP, "tests", "config", "prove")
NBA = os.path.join(TOP, "conf.d", "nba")
sys.path.insert(0, os.path.join(NBA, "lib"))
sys.path.insert(0, os.path.join(TOP, "tests", "docs"))

import examples_test                                   # noqa: E402
from stage import Failed, program                      # noqa: E402

# What the issue asks for by name, and the file that has it planted.
ASKED = {
    "a min of 0": "min-zero",
    "13 rows per game from a table that has 2": "thirteen-rows",
    "an unreachable step": "hidden-step",
    "a backoff that never grows": "flat-backoff",
    "a detection target tighter than the check's period": "tight-step",
    "a quorum that can't be met": "quorum-unmet",
    "a recovery that can never start": "recovery-too-late",
    "an alarm that nobody hears": "unheard",
}


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prover = program(BUILD, "gatewarden-prove")
        cls.host = program(BUILD, "gatewarden-host")
        cls.tmp = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        cls.plugins = os.path.join(cls.tmp.name, "plugins")
        os.mkdir(cls.plugins)
        for path in glob.glob(os.path.join(BUILD, "plugins", "*", ".libs",
                                           "*.so")):
            os.symlink(path, os.path.join(cls.plugins,
                                          os.path.basename(path)))

    def run_it(self, *words):
        return subprocess.run(
            [*words, "--plugin-dir", self.plugins, "--host", self.host],
            text=True, capture_output=True, timeout=120, check=False,
            env={**os.environ, "SHOP_TOKEN": "x"})

    def prove(self, conf, *words):
        """(exit status, what --json says)"""
        p = self.run_it(self.prover, conf, "--json", *words)
        self.assertIn(p.returncode, (0, 1), conf + "\n" + p.stderr)
        self.assertTrue(p.stdout, p.stderr)
        return p.returncode, json.loads(p.stdout)

    def sound(self, conf, *words):
        """Nothing is found, and everything is proven."""
        status, all_ = self.prove(conf, *words)
        amiss = [r for r in all_["rules"] if r["state"] != "proven"]
        self.assertEqual(amiss, [], conf)
        self.assertEqual(status, 0)
        for r in all_["rules"]:
            self.assertTrue(r["fires"] and r["clears"], r)
        return all_["rules"]


def record_of(name):
    """Words for the record that lies beside a configuration."""
    path = os.path.join(BAD, name + ".csv")
    return ["--facts", path] if os.path.exists(path) else []


def found_text(all_):
    return "".join(f'{os.path.basename(r["file"])}:{r["line"]}: '
                   f'{r["rule"]}: {r["why"]}\n'
                   for r in all_["rules"] if r["state"] == "finding")


class Planted(Case):
    def test_each_is_found_and_nothing_else(self):
        names = [os.path.basename(p)[:-5]
                 for p in sorted(glob.glob(os.path.join(BAD, "*.conf")))]
        self.assertGreaterEqual(len(names), 18)
        for name in names:
            with self.subTest(name):
                status, all_ = self.prove(os.path.join(BAD, name + ".conf"),
                                          *record_of(name))
                said = os.path.join(BAD, name + ".said")
                if os.environ.get("GATEWARDEN_GOLDEN"):
                    with open(said, "w", encoding="utf-8") as f:
                        f.write(found_text(all_))
                self.assertEqual(found_text(all_), read(said))
                self.assertEqual((status, all_["findings"]), (1, 1))

    def test_those_that_were_asked_for(self):
        for what, name in ASKED.items():
            with self.subTest(what):
                said = read(os.path.join(BAD, name + ".said"))
                self.assertRegex(said, rf"^{name}\.conf:\d+: ")

    def test_config_check_says_the_same(self):
        daemon = program(BUILD, "gatewardend")
        for said in sorted(glob.glob(os.path.join(BAD, "*.said"))):
            name = os.path.basename(said)[:-5]
            with self.subTest(name):
                conf = os.path.join(BAD, name + ".conf")
                p = self.run_it(daemon, "--check", conf, *record_of(name))
                place, _ = read(said).split(" ", 1)
                self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
                self.assertEqual(len(re.findall(r":\d+: warning: ", p.stdout)), 1, p.stdout)
                self.assertIn(f"{place} warning: ", p.stdout)

    def test_without_its_record_it_can_not_be_known(self):
        self.sound(os.path.join(BAD, "thirteen-rows.conf"))

    def test_the_configuration_without_a_bad_rule(self):
        self.sound(os.path.join(TOP, "tests", "config", "right.conf"))


class Samples(Case):
    def test_nba(self):
        rules = self.sound(NBA)
        self.assertGreaterEqual(len(rules), 40)
        by = {r["rule"]: r for r in rules}
        step = by["alarm 'box_score_alarm': step 3, +24h below 50% critical"]
        self.assertEqual((step["fires"], step["clears"]),
                         ("4 of 9 at 2026-01-17 04:00",
                          "9 of 9 at 2026-01-17 04:00"))
        self.assertIn("starts at 2026-01-16 11:00",
                      by["recovery 'phase4_backfill'"]["fires"])
        self.assertIn("(critical)",
                      by["phase 'predict': due = \"+1d 12:00\""]["fires"])

    def test_shop(self):
        rules = self.sound(os.path.join(TOP, "conf.d", "shop"))
        self.assertGreaterEqual(len(rules), 7)

    def test_season(self):
        """A record is where witnesses come from, and refutes nothing."""
        if not os.path.exists(FACTS):
            self.skipTest("the record of the season is not there")
        rules = self.sound(NBA, "--facts", FACTS, "--scenario",
                           os.path.join(NBA, "sample", "season.scenario"))
        self.assertGreater(sum("recorded 20" in r["clears"] for r in rules),
                           8)

    def test_thirteen_rows_in_a_season(self):
        """The rule that asked every table for 13 rows a game, and what 98
        dates of a table that has two say to it."""
        if not os.path.exists(FACTS):
            self.skipTest("the record of the season is not there")
        text = read(os.path.join(NBA, "sample", "season.scenario"))
        self.assertIn('expected = "2 * games_scheduled"', text)
        path = os.path.join(self.tmp.name, "thirteen.scenario")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace('expected = "2 * games_scheduled"',
                                 'expected = "13 * games_scheduled"'))
        _, all_ = self.prove(NBA, "--facts", FACTS, "--scenario", path)
        self.assertRegex(found_text(all_), r"^20-checks\.conf:41: check "
                         r"'team_defense': fail = \"80%\": never clears in "
                         r"\d\d recorded dates: .*\n$")

    def test_one_rule(self):
        _, all_ = self.prove(NBA, "--rule", "box_score_alarm")
        self.assertEqual([r["kind"] for r in all_["rules"]],
                         ["alarm", "step", "step", "step"])
        p = self.run_it(self.prover, NBA, "--rule", "nosuch")
        self.assertEqual(p.returncode, 2)
        self.assertIn("nosuch", p.stderr)

    def test_a_configuration_that_is_wrong(self):
        p = self.run_it(self.prover, os.path.join(
            TOP, "tests", "config", "wrong", "01-typo.conf"))
        self.assertEqual((p.returncode, p.stdout), (1, ""))
        self.assertIn("01-typo.conf:", p.stderr)


THEIRS = r"""
#include <gatewarden/plugin.h>
#include <stdlib.h>

/* All have to pass; with `never` nothing opens it, `crash` and `hang` do what
 * they say once something fails. */
static int32_t
open_it(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
        (void)ctx;
        *ret_self = (void *)(uintptr_t)host;
        return GW_OK;
}

static int32_t
call(struct gw_ctx *ctx, void *self)
{
        const struct gw_host *host = self;
        const char *does = host->text(ctx, "does");
        uint32_t i, bad = 0;

        for (i = 0; i < host->inputs(ctx); i++) {
                struct gw_input in = { .size = sizeof in };

                host->input(ctx, i, &in);
                bad += in.result != GW_R_PASS;
        }
        if (bad > 0 && does && does[0] == 'c')
                abort();
        while (bad > 0 && does && does[0] == 'h')
                ;
        host->verdict(ctx, bad > 0 || (does && does[0] == 'n') ?
            GW_V_BLOCKED : GW_V_OPEN);
        return GW_OK;
}

static const struct gw_option options[] = {
        { .name = "does", .type = GW_T_STRING, .help = "never, crash, hang" },
        { .name = NULL }
};

GW_PLUGIN(.kind = GW_GATE, .name = "theirs", .version = "1",
        .summary = "all", .options = options, .open = open_it, .call = call);
"""


@unittest.skipUnless(shutil.which("cc"), "no compiler")
class Theirs(Case):
    """A gate that is not ours is asked in a host, as the daemon would."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        source = os.path.join(cls.tmp.name, "theirs.c")
        with open(source, "w", encoding="utf-8") as f:
            f.write(THEIRS)
        subprocess.run(["cc", "-shared", "-fPIC", "-I", os.path.join(
            TOP, "sdk", "include"), "-o", os.path.join(
                cls.plugins, "gate-theirs.so"), source], check=True)

    def gate(self, more=""):
        """The rules of the gate and of the phase that rests on it."""
        text = read(os.path.join(TOP, "tests", "config", "right.conf"))
        text, n = re.subn(r'plugin = "quorum"; inputs = ([^;]*);[^}]*}',
                          r'plugin = "theirs"; inputs = \1; ' + more + "}",
                          text)
        self.assertEqual(n, 1)
        path = os.path.join(self.tmp.name, "theirs.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        _, all_ = self.prove(path)
        by = {r["object"]: r for r in all_["rules"]}
        return by["whole"], by["extract"], all_["findings"]

    def test_it_is_proven(self):
        gate, phase, findings = self.gate()
        self.assertEqual((gate["state"], findings), ("proven", 0))
        self.assertIn(": orders fails, the others pass", gate["fires"])
        self.assertEqual(phase["state"], "unproven")
        self.assertIn("gate 'whole' (theirs)", phase["why"])

    def test_it_is_found(self):
        gate, _, findings = self.gate('does = "never";')
        self.assertEqual((gate["state"], findings), ("finding", 1))
        self.assertIn("never opens", gate["why"])

    def test_it_crashes_or_hangs(self):
        for does in ("crash", "hang"):
            with self.subTest(does):
                gate, _, findings = self.gate(f'does = "{does}";')
                self.assertEqual((gate["state"], findings), ("unproven", 0))
                self.assertIn("stopped answering", gate["why"])


class Documentation(Case):
    def whole(self, place, *texts):
        with self.subTest(place), tempfile.TemporaryDirectory() as conf:
            for i, text in enumerate(texts):
                text = re.sub(r'"file:([^"]+)"', f'"file:{self.secret}"',
                              text)
                with open(os.path.join(conf, f"{i}.conf"), "w",
                          encoding="utf-8") as f:
                    f.write(text)
            self.sound(conf)

    def test_its_configurations(self):
        self.secret = os.path.join(self.tmp.name, "secret")
        with open(self.secret, "w", encoding="utf-8") as f:
            f.write("https://127.0.0.1/hook\n")
        os.chmod(self.secret, 0o600)
        (_, first), *rest = examples_test.blocks("conf")
        self.whole("README.md", first)
        for place, text in rest:
            self.whole(place, text)
        for place, text in examples_test.blocks("conf part"):
            self.whole(place, first, text)


if __name__ == "__main__":
    sys.argv[1:2] = []
    try:
        program(BUILD, "gatewarden-prove")
    except Failed as why:
        print(f"skipped: {why}")
        sys.exit(77)
    unittest.main(verbosity=1)
