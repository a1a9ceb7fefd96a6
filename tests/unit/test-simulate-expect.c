/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-simulate-expect.c -- scenarios that hold their facts, events and
 * expectations themselves: each kind of expectation is met where it is true
 * and not where it isn't, commands do what they do, and what is wrong with
 * such a scenario is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "simulate-help.h"
#include "simulate/expect.h"

/* A date on which all comes in time, and the runs that bring it. */
#define GOOD "recorded = ( { date = \"2026-01-16\"; games = 4;\n" \
    "  raw = \"4/4 at +1d 05:00\"; made = 7; } );\n" REST
/* One on which nothing comes. */
#define BAD "recorded = ( { date = \"2026-01-16\"; games = 4;\n" \
    "  raw = \"0/4\"; made = \"never\"; } );\n" REST
#define REST "unmeasured = \"seen\";\n" \
    "actions = ( { name = \"make\"; takes = \"3m\"; brings = \"made\"; } );\n"

struct watcher {
	struct story *story;
	struct expects *expects;
};

static void
on_step(void *arg, const struct world *w, const struct effects *fx)
{
	struct watcher *x = arg;

	story_step(x->story, w, fx);
	expects_step(x->expects, w, fx);
}

static void
on_stop(void *arg, const struct world *w, int64_t at)
{
	expects_stop(((struct watcher *)arg)->expects, w, at);
}

/* Plays two days of a scenario; what came of it as text, owned, and the
 * hash of its journal (may be NULL). */
static char *
play_to(const char *scenario, uint64_t *ret_hash)
{
	struct world_counts counts;
	struct trial t;
	struct story story;
	struct watcher x = { .story = &story };
	struct world_watch watch = { .arg = &x, .step = on_step,
		.stop = on_stop };
	struct world_setup setup = { .begin = INSTANT_NONE };
	struct date last;
	struct world *w;
	struct text out = { 0 };

	trial_begin(&t, NULL, scenario, NULL);
	if (t.facts == NULL)
		fail_msg("%s", trial_findings(&t));
	setup.conf = t.conf;
	setup.scenario = t.scenario;
	setup.facts = t.facts;
	assert_true(facts_range(t.facts, &setup.from, &last));
	assert_int_equal(instant_parse("2026-01-18 12:00",
	    &t.conf->graph.pipelines[0].zone, &setup.until), 0);
	w = world_new(&setup, &t.diag);
	assert_non_null(w);
	story_init(&story, t.conf, setup.from, last, NULL, NULL);
	x.expects = expects_new(t.conf, t.scenario);
	watch.stops = expects_stops(x.expects, &watch.n_stops);
	world_run(w, &watch);
	expects_judge(x.expects, &story, w);
	expects_text(&out, x.expects, true);
	world_counts(w, &counts);
	if (ret_hash)
		*ret_hash = counts.hash;
	expects_free(x.expects);
	story_free(&story);
	world_free(w);
	trial_end(&t);
	return text_take(&out);
}

static char *
play(const char *scenario)
{
	return play_to(scenario, NULL);
}

static void
expect_met(const char *base, const char *expect)
{
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_FREE char *out = NULL;

	text_addf(&t, "%sexpect = ( %s );\n", base, expect);
	out = play(text_str(&t));
	if (strstr(out, ": met: ") == NULL || strstr(out, "NOT met"))
		fail_msg("%s\n%s", expect, out);
}

/* `instead`: what is said to have been there. */
static void
expect_unmet(const char *base, const char *expect, const char *instead)
{
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_FREE char *out = NULL;

	text_addf(&t, "%sexpect = ( %s );\n", base, expect);
	out = play(text_str(&t));
	if (strstr(out, "NOT met") == NULL || strstr(out, instead) == NULL)
		fail_msg("%s\nexpected: %s\n%s", expect, instead, out);
}

#define ON "date = \"2026-01-16\"; "

static void
findings(void **state)
{
	(void)state;
	expect_met(BAD, "{ finding = \"raw\"; kind = \"phase\"; " ON
	    "at = \"+1d 06:00\"; open = true; }");
	/* the alarm stands in it */
	expect_met(BAD, "{ finding = \"raw\"; " ON
	    "severity = \"critical\"; at = \"+6h\"; }, { findings = 0; "
	    "date = \"2026-01-17\"; }");
	expect_met(BAD, "{ finding = \"work\"; under = \"raw\"; " ON
	    "at = \"+1d 09:00\"; }");
	expect_unmet(BAD, "{ finding = \"raw\"; " ON
	    "before = \"+1d 05:59\"; }", "from 2026-01-17 06:00");
	expect_unmet(BAD, "{ finding = \"raw\"; " ON
	    "after = \"+1d 06:30\"; }", "from 2026-01-17 06:00");
	expect_unmet(BAD, "{ finding = \"raw\"; " ON "open = false; }",
	    "there was raw");
	expect_unmet(GOOD, "{ finding = \"raw\"; " ON "}",
	    "nothing was found");
	expect_met(GOOD, "{ findings = 0; }, { never = \"info\"; }");
	expect_unmet(BAD, "{ findings = 0; }", "there were ");
	expect_unmet(BAD, "{ never = \"critical\"; }", "critical from ");
	expect_unmet(BAD, "{ finding = \"work\"; under = \"low\"; " ON "}",
	    "there was ");
}

static void
messages(void **state)
{
	(void)state;
	expect_met(BAD, "{ message = \"opened\"; finding = \"raw\"; " ON
	    "to = \"n\"; at = \"+1d 06:00\"; }");
	expect_met(GOOD, "{ messages = 0; }");
	expect_unmet(GOOD, "{ message = \"opened\"; }", "nothing was told");
	expect_unmet(BAD, "{ messages = 0; " ON "}", "\"raw missed 06:00\"");
	expect_unmet(BAD, "{ message = \"resolved\"; " ON "}",
	    "told was: 2026-01-17 06:00");
}

static void
states(void **state)
{
	(void)state;
	expect_met(GOOD, "{ phase = \"work\"; " ON "state = \"running\"; "
	    "at = \"+1d 05:01\"; starts = 1; }");
	expect_met(GOOD, "{ phase = \"work\"; " ON "state = \"done\"; "
	    "after = \"+1d 05:03\"; before = \"+1d 05:04\"; }");
	expect_met(GOOD, "{ phase = \"work\"; " ON "state = \"done\"; "
	    "never = \"failed\"; }");
	expect_unmet(GOOD, "{ phase = \"work\"; " ON "state = \"done\"; "
	    "at = \"+1d 05:02\"; }", "running from 2026-01-17 05:00");
	expect_unmet(GOOD, "{ phase = \"work\"; " ON "never = \"done\"; }",
	    "done from 2026-01-17 05:03");
	expect_unmet(GOOD, "{ phase = \"work\"; " ON "starts = 2; }",
	    "it was started 1 time");
	expect_unmet(GOOD, "{ phase = \"work\"; " ON "state = \"done\"; "
	    "at = \"2026-02-01 00:00\"; }", "nobody could look at it then");
	expect_met(GOOD, "{ check = \"raw\"; " ON "result = \"not_due\"; "
	    "at = \"+1d 04:30\"; }");
	expect_unmet(BAD, "{ check = \"raw\"; " ON "result = \"pass\"; }",
	    "fail from 2026-01-17 06:00");
	expect_met(BAD, "{ gate = \"low\"; " ON "verdict = \"blocked\"; "
	    "before = \"+6h\"; }");
}

static void
recoveries(void **state)
{
	(void)state;
	expect_met(BAD, "{ recovery = \"mend\"; " ON
	    "outcome = \"no_effect\"; starts = 2; }");
	expect_unmet(BAD, "{ recovery = \"mend\"; " ON
	    "outcome = \"recovered\"; }", "it came to no_effect");
	expect_unmet(GOOD, "{ recovery = \"mend\"; " ON
	    "outcome = \"recovered\"; }", "it was not started");
}

/* A date that is too old, and what its source brings when it is back. */
#define OLD "recorded = ( { date = \"2026-01-12\"; games = 4;\n" \
    "  raw = \"0/4\"; made = 7; } );\n" REST \
    "events = ( { at = \"2026-01-17 08:00\"; action = \"repair\";\n" \
    "    ends = \"done\"; makes = \"raw\"; },\n"
#define BACKFILL "  { at = \"2026-01-17 09:00\"; backfill = \"p\";\n" \
    "    from = \"2026-01-12\"; to = \"2026-01-12\"; }"
#define DONE "{ phase = \"work\"; date = \"2026-01-12\"; " \
    "state = \"done\"; after = \"2026-01-17 09:00\"; "

static void
backfills(void **state)
{
	(void)state;
	expect_met(OLD BACKFILL " );\n", DONE
	    "before = \"2026-01-17 10:00\"; starts = 1; }");
	expect_unmet(OLD "  { at = \"2026-01-17 09:00\"; "
	    "measure = \"raw\"; date = \"2026-01-12\"; } );\n", DONE "}",
	    "blocked from 2026-01-13 06:00");
	expect_met(OLD BACKFILL ",\n"
	    "  { at = \"2026-01-17 09:00\"; backfill_pause = \"p\"; },\n"
	    "  { at = \"2026-01-17 11:00\"; backfill_resume = \"p\"; } "
	    ");\n", "{ phase = \"work\"; date = \"2026-01-12\"; "
	    "state = \"done\"; after = \"2026-01-17 11:00\"; }");
	expect_unmet(OLD BACKFILL ",\n"
	    "  { at = \"2026-01-17 09:00\"; backfill_cancel = \"p\"; } "
	    ");\n", DONE "}", "blocked from 2026-01-13 06:00");
	expect_met(OLD "  { at = \"2026-01-17 09:00\"; "
	    "backfill_cancel = \"p\"; reply = \"no such\"; },\n"
	    "  { at = \"2026-01-17 09:00\"; backfill = \"p\";\n"
	    "    from = \"2026-01-13\"; to = \"2026-01-12\";\n"
	    "    reply = \"refused\"; } );\n",
	    "{ phase = \"work\"; date = \"2026-01-12\"; "
	    "never = \"done\"; }");
}

/* Later groups go before earlier ones, ranges cover their dates, and what
 * is said once more is said as a whole. */
static void
recorded(void **state)
{
	(void)state;
	expect_met("recorded = (\n"
	    "  { date = \"2026-01-14\"; through = \"2026-01-17\";\n"
	    "    games = 4; raw = \"4/4 at +1d 05:00\"; made = 7; },\n"
	    "  { date = \"2026-01-16\"; check = \"raw\";\n"
	    "    value = (\"1/4 at +1d 04:30\", \"4/4 at +1d 07:00\"); }\n"
	    ");\n" REST,
	    "{ finding = \"raw\"; " ON "at = \"+1d 06:00\"; },\n"
	    "{ check = \"raw\"; " ON "result = \"pass\"; "
	    "after = \"+1d 07:00\"; before = \"+1d 07:30\"; },\n"
	    "{ findings = 0; date = \"2026-01-15\"; },\n"
	    "{ findings = 1; }");
	expect_met("recorded = ( { date = \"2026-01-16\"; games = 4;\n"
	    "  raw = (\"4/4 at +1d 05:00\", \"unknown at +1d 08:00\");\n"
	    "  made = 7; } );\n" REST,
	    "{ check = \"raw\"; " ON "result = \"unknown\"; "
	    "at = \"+1d 09:00\"; }");
}

static void
commands(void **state)
{
	(void)state;
	expect_met(GOOD "events = (\n"
	    "  { at = \"2026-01-17 04:00\"; hold = \"work\"; " ON "},\n"
	    "  { at = \"2026-01-17 08:00\"; release = \"work\"; " ON "} );\n",
	    "{ phase = \"work\"; " ON "state = \"done\"; "
	    "after = \"+1d 08:03\"; before = \"+1d 08:30\"; }");
	expect_met(BAD "events = (\n"
	    "  { at = \"2026-01-17 07:00\"; override = \"work\"; " ON
	    "reason = \"as shown\"; } );\n",
	    "{ phase = \"work\"; " ON "state = \"running\"; "
	    "after = \"+1d 07:00\"; before = \"+1d 07:05\"; }");
	expect_met(BAD "events = (\n"
	    "  { at = \"2026-01-17 07:00\"; ack = \"raw\"; " ON
	    "until = \"2026-01-18 00:00\"; } );\n", "{ findings = 1; }");
	/* what is done isn't given to a starter */
	expect_met(GOOD "events = (\n"
	    "  { at = \"2026-01-17 06:10\"; permit = \"late\"; " ON
	    "run = \"a\"; reply = \"already\"; } );\n",
	    "{ phase = \"late\"; " ON "state = \"done\"; }");
}

static void
unexpected_replies(void **state)
{
	(void)state;
	expect_unmet(GOOD "events = (\n"
	    "  { at = \"2026-01-17 07:00\"; ack = \"raw\"; " ON "} );\n",
	    "{ findings = 0; }", "it was answered 'no such'");
	expect_unmet(BAD "events = (\n"
	    "  { at = \"2026-01-17 07:00\"; start = \"work\"; " ON "} );\n",
	    "{ phase = \"work\"; " ON "starts = 0; }",
	    "it was answered 'not now'");
	expect_unmet(GOOD "events = (\n"
	    "  { at = \"2026-02-17 07:00\"; hold = \"work\"; " ON "} );\n",
	    "{ findings = 0; }", "its time did not come");
}

static void
other_times(void **state)
{
	(void)state;
	expect_met(GOOD "events = ( { at = \"2026-01-17 04:00\";\n"
	    "  until = \"2026-01-17 08:00\"; dark = \"raw\"; } );\n",
	    "{ check = \"raw\"; " ON "result = \"unknown\"; "
	    "at = \"+1d 07:00\"; },\n"
	    "{ check = \"raw\"; " ON "result = \"pass\"; "
	    "after = \"+1d 08:00\"; },\n"
	    "{ recovery = \"mend\"; " ON "starts = 0; }");
	expect_met(BAD "events = ( { at = \"2026-01-17 06:03\";\n"
	    "  action = \"repair\"; makes = \"raw\"; } );\n",
	    "{ recovery = \"mend\"; " ON "outcome = \"recovered\"; "
	    "starts = 2; }");
}

/* What a repair breaks is worse, and what makes it again is whole. */
static void
breaking(void **state)
{
	(void)state;
	expect_met("recorded = ( { date = \"2026-01-16\"; games = 4;\n"
	    "  raw = \"2/4\"; made = \"never\"; } );\n"
	    "unmeasured = \"seen\";\n"
	    "actions = ( { name = \"repair\"; breaks = \"raw\"; } );\n",
	    "{ recovery = \"mend\"; " ON "outcome = \"worse\"; "
	    "starts = 1; },\n"
	    "{ finding = \"raw\"; " ON "gave_up = true; }");
}

static void
about(void **state)
{
	CLEANUP_FREE char *out = play(BAD
	    "about = { title = \"nothing comes\"; "
	    "began = \"2026-01-17 05:00\"; detected = \"1h\"; "
	    "outcome = \"blocked\"; };\n"
	    "expect = ( { phase = \"work\"; " ON "state = \"blocked\"; } );\n");
	CLEANUP_FREE char *claimed = play(BAD
	    "about = { began = \"2026-01-17 05:00\"; detected = \"2h\"; "
	    "outcome = \"repaired\"; };\n"
	    "expect = ( { findings = 1; } );\n");
	CLEANUP_FREE char *loud = play(BAD
	    "about = { outcome = \"quiet\"; };\n");

	(void)state;
	assert_null(strstr(out, "NOT met"));
	assert_non_null(strstr(out, "detected 1h"));
	/* who claims an outcome has to show it */
	assert_non_null(strstr(claimed, "it was noticed after 1h"));
	assert_non_null(strstr(claimed, "outcome repaired; nothing that"));
	assert_non_null(strstr(loud, "outcome quiet; told was: "));
}

/* Who looks on changes nothing; who commands does. */
static void
looking_changes_nothing(void **state)
{
	uint64_t alone, watched, held;

	(void)state;
	free(play_to(GOOD, &alone));
	free(play_to(GOOD "expect = (\n"
	    "  { phase = \"work\"; " ON "state = \"done\"; "
	    "at = \"+1d 05:01\"; },\n"
	    "  { check = \"raw\"; " ON "result = \"pass\"; "
	    "at = \"+1d 03:33\"; } );\n", &watched));
	free(play_to(GOOD "events = (\n"
	    "  { at = \"2026-01-17 04:00\"; hold = \"work\"; } );\n",
	    &held));
	assert_true(alone == watched);
	assert_true(alone != held);
}

/* A scenario goes on to use the names of its time. */
static void
former_names(void **state)
{
	CLEANUP_FREE char *site = strdup(small_site);
	CLEANUP_TEXT struct text t = { 0 };
	struct trial x;
	char *at;

	(void)state;
	assert_non_null(site);
	at = strstr(site, "{ name = \"seen\";");
	assert_non_null(at);
	text_addn(&t, site, (size_t)(at - site));
	text_addf(&t, "{ was = \"looked\"; %s", at + 2);
	trial_begin(&x, text_str(&t), "recorded = ( { date = "
	    "\"2026-01-16\"; games = 4; raw = \"4/4\"; made = 7; "
	    "looked = 3; } );\n", NULL);
	if (x.facts == NULL)
		fail_msg("%s", trial_findings(&x));
	trial_end(&x);
}

/*------------------------------------------------------------------- wrong */

static void
wrong_scenarios(void **state)
{
	static const struct { const char *text, *finding; } bad[] = {
		{ "", "there are no facts" },
		{ "recorded = ( { games = 4; } );", "names its date" },
		{ "recorded = ( { date = \"2026-13-16\"; } );",
		    "is no date" },
		{ "recorded = ( { date = \"2026-01-16\"; gmes = 4; } );",
		    "there is no check 'gmes'; did you mean 'games'?" },
		{ "recorded = ( { date = \"2026-01-16\"; games = \"4/\"; } );",
		    "'4/' is no reading" },
		{ "recorded = ( { date = \"2026-01-16\"; games = \"x\"; } );",
		    "'x' is no reading" },
		{ "recorded = ( { date = \"2026-01-16\";"
		    " games = \"4 at noon\"; } );", "'noon' is no time" },
		{ "recorded = ( { date = \"2026-01-16\"; check = \"raw\"; } "
		    ");", "'check' and 'value' go together" },
		{ "recorded = ( { date = \"2026-01-16\";"
		    " through = \"2026-01-15\"; games = 4; } );",
		    "the last date is before the first" },
		{ GOOD "events = ( { hold = \"work\"; } );",
		    "an event has a time" },
		{ GOOD "events = ( { at = \"2026-01-17 07:00\"; } );",
		    "an event says what happens" },
		{ GOOD "events = ( { at = \"2026-01-17 07:00\";"
		    " hold = \"wrok\"; } );", "did you mean 'work'?" },
		{ GOOD "events = ( { at = \"2026-01-17 07:00\";"
		    " start = \"work\"; } );", "'start' needs a 'date'" },
		{ GOOD "events = ( { at = \"+1d 07:00\";"
		    " hold = \"work\"; } );", "is a time of a date" },
		{ GOOD "events = ( { at = \"2026-01-17 07:00\"; reply = "
		    "\"yes\"; hold = \"work\"; } );",
		    "expected ok, granted, not now" },
		{ GOOD "expect = ( { findng = \"raw\"; } );",
		    "an expectation says what is expected" },
		{ GOOD "expect = ( { finding = \"rwa\"; } );",
		    "there is no phase, alarm or check 'rwa'; did you mean "
		    "'raw'?" },
		{ GOOD "expect = ( { finding = \"raw\"; state = \"done\"; } "
		    ");", "this expectation has no 'state'" },
		{ GOOD "expect = ( { phase = \"work\"; " ON "} );",
		    "needs a 'state', a 'never' or 'starts'" },
		{ GOOD "expect = ( { phase = \"work\"; state = \"done\"; } );",
		    "needs a 'date'" },
		{ GOOD "expect = ( { phase = \"work\"; " ON
		    "state = \"over\"; } );", "expected pending, waiting" },
		{ GOOD "expect = ( { phase = \"work\"; " ON
		    "state = \"done\"; at = \"08:00\"; before = \"09:00\"; }"
		    " );", "has 'at' and 'before' or 'after'" },
		{ GOOD "expect = ( { phase = \"work\"; " ON
		    "starts = 1; at = \"08:00\"; } );",
		    "says when, but not what" },
		{ GOOD "expect = ( { messages = \"none\"; } );",
		    "messages: expected a count" },
		{ GOOD "about = { detected = \"5h\"; };",
		    "'detected' needs 'began'" },
		{ GOOD "about = { began = \"2026-01-17 05:00\"; "
		    "detected = \"soon\"; };", "expected \"never\" or a" },
		{ GOOD "about = { outcome = \"good\"; };",
		    "expected blocked, repaired, told or quiet" },
		{ GOOD "base = \"none.base\";", "does not exist" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CLEANUP_FREE char *found = NULL;
		struct trial t;

		trial_begin(&t, NULL, bad[i].text, NULL);
		found = trial_findings(&t);
		if (t.facts != NULL || strstr(found, bad[i].finding) == NULL)
			fail_msg("%s\nexpected: %s\nfound: %s", bad[i].text,
			    bad[i].finding, found);
		trial_end(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings),
		cmocka_unit_test(messages),
		cmocka_unit_test(states),
		cmocka_unit_test(recoveries),
		cmocka_unit_test(backfills),
		cmocka_unit_test(recorded),
		cmocka_unit_test(commands),
		cmocka_unit_test(unexpected_replies),
		cmocka_unit_test(other_times),
		cmocka_unit_test(breaking),
		cmocka_unit_test(about),
		cmocka_unit_test(looking_changes_nothing),
		cmocka_unit_test(former_names),
		cmocka_unit_test(wrong_scenarios),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
