/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-simulate-world.c -- a small pipeline in a world of facts: what is
 * late is found when it is late, what arrives in time is not, runs bring what
 * they bring, assumptions are counted, and the same input gives the same
 * journal.
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

#define LONG "date,check,value,expected,missing,arrived_at\n"
#define OWED "2026-01-16,games,4,,,\n"
#define REST "unmeasured = \"seen\";\n" \
    "actions = ( { name = \"make\"; takes = \"3m\"; brings = \"made\"; } );\n"

static void
play_site(struct trial *t, struct played *p, const char *site,
    const char *scenario, const char *facts)
{
	CLEANUP_FREE char *found = NULL;

	trial_begin(t, site, scenario, facts);
	if (t->facts == NULL) {
		found = trial_findings(t);
		fail_msg("%s", found);
	}
	trial_play(t, "2026-01-16", "2026-01-16", "2026-01-18 00:00", p);
}

static void
play(struct trial *t, struct played *p, const char *scenario,
    const char *facts)
{
	play_site(t, p, NULL, scenario, facts);
}

static void
finish(struct trial *t, struct played *p)
{
	played_end(p);
	trial_end(t);
}

static void
in_time(void **state)
{
	struct trial t;
	struct played p;

	(void)state;
	play(&t, &p, REST, LONG OWED "2026-01-16,raw,4,4,,2026-01-17 05:00\n"
	    "2026-01-16,made,7,,,\n");
	assert_int_equal(p.story.n_findings, 0);
	assert_int_equal(p.story.n_messages, 0);
	assert_int_equal(lines_with(&p, "01-17 05:00", "raw: done"), 1);
	assert_int_equal(lines_with(&p, "01-17 05:03", "made: 7, pass"), 1);
	assert_int_equal(lines_with(&p, "work: done", NULL), 1);
	assert_int_equal(lines_with(&p, "late: done", NULL), 1);
	assert_int_equal(lines_with(&p, "bypassed", NULL), 0);
	assert_int_equal(p.counts.starts, 1);
	assert_true(world_assumed(p.world, graph_find_check(&t.conf->graph,
	    "seen")) > 10);
	assert_int_equal(world_assumed(p.world, graph_find_check(
	    &t.conf->graph, "made")), 0);
	finish(&t, &p);
}

/* A site with more in it, after the first of these words. */
static char *
with(const char *site, const char *words, const char *more)
{
	const char *at = strstr(site, words);
	struct text t = { 0 };

	assert_non_null(at);
	at += strlen(words);
	text_addf(&t, "%.*s%s%s", (int)(at - site), site, more, at);
	return text_take(&t);
}

static void
is_told(const struct played *p, enum notice_kind kind, const char *notifier,
    bool told)
{
	size_t i, n = 0;

	for (i = 0; i < p->story.n_messages; i++) {
		const struct story_message *m = &p->story.messages[i];

		if (m->kind != kind)
			continue;
		n++;
		assert_int_equal(json_object_get(m->to, notifier) != NULL,
		    told);
	}
	assert_true(n > 0);
}

/* Raw is late at 06:00, and has arrived at 07:00: by day there is somebody
 * else, who hears the end only of what he was told. */
static void
told_by_tags_and_hours(void **state)
{
	CLEANUP_FREE char *more = with(small_site, "plugin = \"console\"; }",
	    ", { name = \"dba\"; plugin = \"console\"; },\n"
	    "{ name = \"ops\"; plugin = \"console\"; },\n"
	    "{ name = \"day\"; plugin = \"console\"; }");
	CLEANUP_FREE char *routed = with(more, "routes = (",
	    "  { to = \"ops\"; tags = \"ops\"; continue = true; },\n"
	    "  { to = \"day\"; during = \"06:30-22:00\"; },\n"
	    "  { to = \"dba\"; tags = \"dba\"; continue = true; },\n");
	CLEANUP_FREE char *tagged = with(routed, "{ name = \"raw\"; ",
	    "tags = \"dba\"; ");
	CLEANUP_FREE char *site = with(tagged, "{ name = \"made\"; ",
	    "tags = \"ops\"; ");
	struct trial t;
	struct played p;

	(void)state;
	play_site(&t, &p, site, REST, LONG OWED
	    "2026-01-16,raw,4,4,,2026-01-17 07:00\n2026-01-16,made,7,,,\n");
	is_told(&p, NOTICE_OPENED, "n", true);
	is_told(&p, NOTICE_OPENED, "dba", true);
	is_told(&p, NOTICE_OPENED, "ops", false);
	is_told(&p, NOTICE_OPENED, "day", false);
	is_told(&p, NOTICE_RESOLVED, "n", true);
	is_told(&p, NOTICE_RESOLVED, "dba", true);
	is_told(&p, NOTICE_RESOLVED, "day", false);
	finish(&t, &p);
}

/* What is due at 06:00 and arrives at 07:00 is told of, and ends. */
static void
an_hour_late(void **state)
{
	struct trial t;
	struct played p;

	(void)state;
	play(&t, &p, REST, LONG OWED "2026-01-16,raw,4,4,,2026-01-17 07:00\n"
	    "2026-01-16,made,7,,,\n");
	assert_int_equal(p.story.n_findings, 1);
	assert_string_equal(p.story.findings[0].title, "raw missed 06:00");
	assert_false(p.story.findings[0].row.open);
	assert_int_equal(lines_with(&p, "01-17 06:00:00", "opened: raw"), 1);
	assert_int_equal(lines_with(&p, "01-17 07:30:00", "resolved"), 1);
	assert_int_equal(json_array_size(p.story.findings[0].cause), 1);
	finish(&t, &p);
}

static void
never_comes(void **state)
{
	struct trial t;
	struct played p;

	(void)state;
	play(&t, &p, REST, LONG OWED "2026-01-16,raw,,4,,\n"
	    "2026-01-16,made,7,,,\n");
	/* the alarm stands in the incident of the phase */
	assert_int_equal(p.story.n_findings, 1);
	assert_int_equal(p.story.findings[0].row.severity,
	    SEVERITY_CRITICAL);
	assert_true(p.story.findings[0].row.open);
	assert_int_equal(lines_with(&p, "01-17 10:00:00", "worse"), 1);
	/* work and late follow from it */
	assert_int_equal(p.story.findings[0].follows, 2);
	/* nothing was started on it, and the repair changed nothing */
	assert_int_equal(lines_with(&p, "of work", NULL), 0);
	assert_int_equal(lines_with(&p, "of mend", "closed, no_effect"), 2);
	assert_false(world_models(p.world, graph_find_action(&t.conf->graph,
	    "repair")));
	finish(&t, &p);
}

static void
a_repair_makes_it(void **state)
{
	struct trial t;
	struct played p;

	(void)state;
	play(&t, &p, "unmeasured = \"seen\";\nactions = (\n"
	    "  { name = \"make\"; brings = \"made\"; },\n"
	    "  { name = \"repair\"; takes = \"2m\"; makes = \"raw\"; } );\n",
	    LONG OWED "2026-01-16,raw,1,4,,2026-01-17 05:00\n"
	    "2026-01-16,made,7,,,\n");
	assert_int_equal(lines_with(&p, "of mend", "closed, recovered"), 1);
	assert_int_equal(lines_with(&p, "work: done", NULL), 1);
	assert_int_equal(p.story.n_findings, 1);
	assert_false(p.story.findings[0].row.open);
	finish(&t, &p);
}

static void
runs_fail_or_hang(void **state)
{
	struct trial t;
	struct played p;

	(void)state;
	play(&t, &p, "unmeasured = \"seen\";\nactions = (\n"
	    "  { name = \"make\"; ends = \"fails\"; brings = \"made\"; } );\n",
	    LONG OWED "2026-01-16,raw,4,4,,2026-01-17 05:00\n"
	    "2026-01-16,made,7,,,\n");
	assert_int_equal(lines_with(&p, "of work", "not_done, transient"), 1);
	/* it took effect although it said that it had failed */
	assert_int_equal(lines_with(&p, "work: done", NULL), 1);
	finish(&t, &p);
	/* its timeout is 10 minutes */
	play(&t, &p, "unmeasured = \"seen\";\nactions = (\n"
	    "  { name = \"make\"; takes = \"1h\"; brings = \"made\"; } );\n",
	    LONG OWED "2026-01-16,raw,4,4,,2026-01-17 05:00\n"
	    "2026-01-16,made,7,,,\n");
	assert_true(lines_with(&p, "01-17 05:1", "fault") > 0);
	assert_int_equal(lines_with(&p, "work: done", NULL), 0);
	assert_int_equal(p.story.n_findings, 1);
	finish(&t, &p);
}

static void
idle_and_dark_dates(void **state)
{
	struct trial t;
	struct played p;

	(void)state;
	play(&t, &p, REST, LONG "2026-01-16,games,0,,,\n"
	    "2026-01-16,raw,,,,\n2026-01-16,made,,,,\n");
	assert_int_equal(p.story.n_findings, 0);
	assert_int_equal(p.story.dates[0].owed, 0);
	assert_int_equal(lines_with(&p, "raw: skipped", NULL), 1);
	finish(&t, &p);
	/* a calendar that was not recorded is not idle */
	play(&t, &p, REST, LONG "2026-01-16,games,,,,\n"
	    "2026-01-16,raw,,4,,\n2026-01-16,made,,,,\n");
	assert_int_equal(p.story.n_dates, 0);
	assert_true(p.story.n_findings > 0);
	finish(&t, &p);
}

/* What arrives "unknown" could not be told before, which is never zero. */
static void
dark_before_it_arrives(void **state)
{
	struct trial t;
	struct played p;

	(void)state;
	play(&t, &p, "unmeasured = \"seen\";\n"
	    "facts = ( { check = \"raw\"; before = \"unknown\"; } );\n",
	    LONG OWED "2026-01-16,raw,4,4,,2026-01-17 05:00\n"
	    "2026-01-16,made,7,,,2026-01-17 05:30\n");
	assert_int_equal(lines_with(&p, "raw: not measured, unknown", NULL),
	    1);
	assert_int_equal(lines_with(&p, "raw: 0", NULL), 0);
	assert_int_equal(lines_with(&p, "raw: done", NULL), 1);
	finish(&t, &p);
}

static void
observing_starts_nothing(void **state)
{
	CLEANUP_FREE char *site = strdup(small_site);
	char *mode = strstr(site, "\"enforce\"");
	struct trial t;
	struct played p;

	(void)state;
	memcpy(mode, "\"observe\"", 9);
	trial_begin(&t, site, "unmeasured = \"seen\";\n"
	    "facts = ( { check = \"made\"; arrives = \"+1d 08:00\"; } );\n"
	    "actions = ( { name = \"make\"; brings = \"made\"; } );\n",
	    LONG OWED "2026-01-16,raw,4,4,,2026-01-17 05:00\n"
	    "2026-01-16,made,7,,,\n");
	assert_non_null(t.facts);
	trial_play(&t, "2026-01-16", "2026-01-16", "2026-01-18 00:00", &p);
	assert_int_equal(p.counts.starts, 0);
	assert_int_equal(lines_with(&p, "would start work", NULL), 1);
	/* others ran it, at the time at which it was recorded */
	assert_int_equal(lines_with(&p, "01-17 08:00", "work: done"), 1);
	assert_int_equal(p.story.n_findings, 0);
	finish(&t, &p);
}

/* One action starts two phases; each run brings what its own phase needs. */
static void
a_run_brings_its_phase(void **state)
{
	CLEANUP_FREE char *site = malloc(strlen(small_site) + 64);
	const char *late = strstr(small_site, "after = \"work\";");
	struct trial t;
	struct played p;

	(void)state;
	assert_non_null(site);
	(void)sprintf(site, "%.*sstart = \"make\"; %s",
	    (int)(late - small_site), small_site, late);
	trial_begin(&t, site, "actions = ( { name = \"make\"; "
	    "takes = \"3m\"; brings = \"done\"; } );\n",
	    LONG OWED "2026-01-16,raw,4,4,,2026-01-17 05:00\n"
	    "2026-01-16,made,7,,,\n2026-01-16,seen,9,,,\n");
	assert_non_null(t.facts);
	trial_play(&t, "2026-01-16", "2026-01-16", "2026-01-18 00:00", &p);
	assert_int_equal(lines_with(&p, "05:03:0", "made: 7, pass"), 1);
	assert_int_equal(lines_with(&p, "05:03:0", "work: done"), 1);
	assert_int_equal(lines_with(&p, "05:06:0", "seen: 9, pass"), 1);
	assert_int_equal(lines_with(&p, "05:06:0", "late: done"), 1);
	assert_int_equal(p.story.n_findings, 0);
	finish(&t, &p);
}

static void
same_input_same_journal(void **state)
{
	static const char facts[] = LONG OWED
	    "2026-01-16,raw,3,4,,2026-01-17 05:00\n"
	    "2026-01-16,raw,4,4,,2026-01-17 11:00\n"
	    "2026-01-16,made,7,,,\n";
	struct played a, b, c;
	struct trial t;

	(void)state;
	play(&t, &a, REST, facts);
	trial_play(&t, "2026-01-16", "2026-01-16", "2026-01-18 00:00", &b);
	assert_true(a.counts.hash == b.counts.hash);
	assert_int_equal(a.counts.events, b.counts.events);
	assert_string_equal(text_str(&a.lines), text_str(&b.lines));
	played_end(&b);
	finish(&t, &a);
	play(&t, &c, REST, LONG OWED "2026-01-16,raw,3,4,,2026-01-17 05:00\n"
	    "2026-01-16,raw,4,4,,2026-01-17 11:01\n2026-01-16,made,7,,,\n");
	assert_true(a.counts.hash != c.counts.hash);
	finish(&t, &c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_time),
		cmocka_unit_test(an_hour_late),
		cmocka_unit_test(told_by_tags_and_hours),
		cmocka_unit_test(never_comes),
		cmocka_unit_test(a_repair_makes_it),
		cmocka_unit_test(runs_fail_or_hang),
		cmocka_unit_test(idle_and_dark_dates),
		cmocka_unit_test(dark_before_it_arrives),
		cmocka_unit_test(observing_starts_nothing),
		cmocka_unit_test(a_run_brings_its_phase),
		cmocka_unit_test(same_input_same_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
