/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-supervisor.c -- the shell with a real engine, journal and outbox, and
 * plugins that the test answers for.
 *
 * What is held here: nothing is done before it is written; a restart and a
 * reload know what was known; time doesn't pass a call; a journal that can't
 * be written stops everything with an effect and says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/json.h"
#include "fake-world.h"

static const int64_t hour = 3600000;

/* 2026-01-13 04:00 UTC, and the date that ended four hours before. */
static const int64_t start = 1768276800000;
static const struct date jan12 = { 20465 };

static json_t *
verdict(const char *word)
{
	json_t *o = json_object(), *reasons = json_array();

	json_put(o, "status", "ok");
	json_put(o, "verdict", word);
	(void)json_array_append_new(reasons, json_string("because"));
	(void)json_object_set_new(o, "reasons", reasons);
	return o;
}

static json_t *
all_well(struct fake *f, const struct fake_call *c, const char **ret_fault)
{
	json_t *o;

	(void)f;
	(void)ret_fault;
	if (strcmp(c->kind, "gate") == 0)
		return verdict("open");
	o = fake_value(5, -1);
	json_put(o, "remark", "seen with our own eyes");
	return o;
}

/* The world is right for all tests: the clock as they like it. */
static void
begin(struct fake *f, double speed)
{
	*f = (struct fake){ .answer = all_well, .clock_speed = speed,
		.clock_start = start };
	fake_begin(f);
}

static void
end(struct fake *f)
{
	supervisor_free(f->s);
	fake_end(f);
}

static bool
gate_known(struct fake *f)
{
	return engine_gate(supervisor_engine(f->s), 0, jan12) != NULL;
}

/*-------------------------------------------------------------------- start */

static void
test_a_start_measures_and_writes(void **state)
{
	struct fake f;
	json_t *row;

	(void)state;
	begin(&f, 1);
	(void)fake_start(&f);
	fake_run(&f, gate_known);
	assert_true(f.calls[0] >= 2);
	row = fake_row(&f, "check/shop/2026-01-12/raw");
	assert_non_null(row);
	assert_string_equal(json_text(row, "raw", ""), "pass");
	assert_string_equal(json_text(json_object_get(row, "said"), "remark",
	    ""), "seen with our own eyes");
	json_decref(row);
	row = fake_row(&f, "gate/shop/2026-01-12/ready");
	assert_non_null(row);
	assert_string_equal(json_text(row, "verdict", ""), "open");
	json_decref(row);
	end(&f);
}

static json_t *
gate_inputs_seen(struct fake *f, const struct fake_call *c,
    const char **ret_fault)
{
	if (strcmp(c->kind, "gate") == 0 && f->arg == NULL)
		f->arg = json_incref((json_t *)c->input);
	return all_well(f, c, ret_fault);
}

static void
test_a_gate_is_shown_its_inputs(void **state)
{
	const json_t *raw;
	struct fake f;

	(void)state;
	begin(&f, 1);
	f.answer = gate_inputs_seen;
	(void)fake_start(&f);
	fake_run(&f, gate_known);
	assert_non_null(f.arg);
	assert_string_equal(json_text(f.arg, "pipeline", ""), "shop");
	raw = json_array_get(json_object_get(f.arg, "inputs"), 0);
	assert_string_equal(json_text(raw, "name", ""), "raw");
	assert_string_equal(json_text(raw, "item", ""), "raw");
	assert_non_null(json_object_get(raw, "age_ms"));
	assert_non_null(json_object_get(raw, "due"));
	json_decref(f.arg);
	end(&f);
}

/*----------------------------------------------------------------- restart */

static json_t *
silent(struct fake *f, const struct fake_call *c, const char **ret_fault)
{
	(void)f;
	(void)c;
	(void)ret_fault;
	return NULL;
}

static bool
at_once(struct fake *f)
{
	return f->calls[0] > 0;
}

static void
test_a_restart_knows_what_was_known(void **state)
{
	const json_t *m;
	struct fake f;
	struct now before, after;
	uint64_t seq;

	(void)state;
	begin(&f, 60);
	(void)fake_start(&f);
	fake_run(&f, gate_known);
	supervisor_now(f.s, &before);
	seq = store_last_seq(supervisor_store(f.s));
	supervisor_free(f.s);
	f.calls[0] = 0;
	f.answer = silent;
	(void)fake_start(&f);
	supervisor_now(f.s, &after);
	assert_true(store_last_seq(supervisor_store(f.s)) >= seq);
	/* its clock goes on; it doesn't begin again */
	assert_true(after.wall > start);
	assert_true(after.wall <= before.wall);
	fake_run(&f, at_once);
	m = supervisor_measurement(f.s, CHECK_RAW, jan12);
	assert_non_null(m);
	assert_string_equal(json_text(m, "remark", ""),
	    "seen with our own eyes");
	assert_non_null(supervisor_evaluation(f.s, 0, jan12));
	assert_int_equal(engine_check(supervisor_engine(f.s), CHECK_RAW,
	    jan12)->raw, RESULT_PASS);
	end(&f);
}

static void
test_a_journal_keeps_to_its_clock(void **state)
{
	struct supervisor_options o = { .config = "shop.conf" };
	struct fake f;

	(void)state;
	begin(&f, 60);
	(void)fake_start(&f);
	fake_run(&f, gate_known);
	supervisor_free(f.s);
	f.clock_speed = 0;
	assert_int_equal(supervisor_new(&o, &f.s), -EINVAL);
	assert_null(f.s);
	end(&f);
}

/*------------------------------------------------------------------- clock */

static json_t *
slow_raw(struct fake *f, const struct fake_call *c, const char **ret_fault)
{
	int64_t *hang = f->arg;

	if (strcmp(c->name, "raw") != 0)
		return all_well(f, c, ret_fault);
	if (*hang == 0)
		*hang = clock_real_ms() + 150;
	return clock_real_ms() < *hang ? NULL : all_well(f, c, ret_fault);
}

static int
take_at(void *arg, uint64_t seq, const struct store_event *e)
{
	(void)seq;
	*(int64_t *)arg = e->at;
	return 0;
}

/* Of the first measurement in the journal; INSTANT_NONE: there is none. */
static int64_t
raw_read_at(struct fake *f)
{
	const struct store_query q = { .from = INSTANT_NONE,
		.to = INSTANT_NONE, .kind = "check", .subject = "raw",
		.date = "2026-01-12", .limit = 1 };
	int64_t at = INSTANT_NONE;

	assert_int_equal(store_events(supervisor_store(f->s), &q, take_at,
	    &at), 0);
	return at;
}

static bool
raw_written(struct fake *f)
{
	return raw_read_at(f) != INSTANT_NONE;
}

static void
test_time_does_not_pass_a_call(void **state)
{
	int64_t hang = 0;
	struct fake f;

	(void)state;
	/* an hour in 10 ms: the call would take fifteen */
	begin(&f, 360000);
	f.answer = slow_raw;
	f.arg = &hang;
	(void)fake_start(&f);
	fake_run(&f, raw_written);
	assert_in_range(raw_read_at(&f) - start, 0, 10);
	end(&f);
}

/* A gate that changes by time alone, half an hour after the start. */
static json_t *
changing(struct fake *f, const struct fake_call *c, const char **ret_fault)
{
	int64_t *evaluated = f->arg;
	int64_t now = json_int(c->input, "now_ms", 0);
	json_t *o;

	if (strcmp(c->kind, "gate") != 0 || strcmp(json_text(c->input,
	    "date", ""), "2026-01-12") != 0)
		return all_well(f, c, ret_fault);
	o = verdict("waiting");
	if (now < start + hour / 2)
		json_put_int(o, "next_change", start + hour / 2);
	else if (*evaluated == 0)
		*evaluated = now;
	return o;
}

static bool
changed(struct fake *f)
{
	return *(int64_t *)f->arg != 0;
}

static void
test_a_timer_is_kept_to_the_instant(void **state)
{
	int64_t evaluated = 0;
	struct fake f;

	(void)state;
	begin(&f, 36000);
	f.answer = changing;
	f.arg = &evaluated;
	(void)fake_start(&f);
	fake_run(&f, changed);
	assert_int_equal(evaluated, start + hour / 2);
	end(&f);
}

/*------------------------------------------------------------------ reload */

static bool
reload_refused(struct fake *f)
{
	struct diag d;

	if (!gate_known(f))
		return false;
	diag_init(&d);
	f->broken = true;
	assert_int_equal(fake_reload(f, &d), -EINVAL);
	assert_int_equal(d.errors, 1);
	diag_free(&d);
	return true;
}

static void
test_a_refused_reload_keeps_what_runs(void **state)
{
	struct fake f;
	uint64_t hash;

	(void)state;
	begin(&f, 1);
	(void)fake_start(&f);
	hash = supervisor_conf(f.s)->hash;
	fake_run(&f, reload_refused);
	assert_int_equal(supervisor_conf(f.s)->hash, hash);
	assert_true(gate_known(&f));
	end(&f);
}

static bool
reload_renamed(struct fake *f)
{
	struct diag d;

	if (!gate_known(f))
		return false;
	diag_init(&d);
	f->raw_name = "crude";
	f->was_raw = true;
	f->answer = silent;
	assert_int_equal(fake_reload(f, &d), 0);
	assert_int_equal(d.errors, 0);
	diag_free(&d);
	return true;
}

static void
test_a_reload_keeps_rows_by_name(void **state)
{
	const struct check_row *raw;
	struct fake f;
	json_t *row;

	(void)state;
	begin(&f, 1);
	(void)fake_start(&f);
	fake_run(&f, reload_renamed);
	raw = engine_check(supervisor_engine(f.s), CHECK_RAW, jan12);
	assert_non_null(raw);
	assert_int_equal(raw->raw, RESULT_PASS);
	assert_true(raw->measurement != 0);
	assert_non_null(supervisor_measurement(f.s, CHECK_RAW, jan12));
	row = fake_row(&f, "check/shop/2026-01-12/crude");
	assert_non_null(row);
	json_decref(row);
	end(&f);
}

static json_t *
held_back(struct fake *f, const struct fake_call *c, const char **ret_fault)
{
	const bool *let_go = f->arg;

	if (!*let_go || strcmp(c->kind, "check") != 0)
		return *let_go ? all_well(f, c, ret_fault) : NULL;
	return fake_value(strcmp(c->name, "raw") == 0 ? 5 : 7, -1);
}

static bool
reload_in_flight(struct fake *f)
{
	bool *let_go = f->arg;
	struct diag d;

	if (!*let_go && f->calls[0] > 0) {
		f->swapped = true;
		diag_init(&d);
		assert_int_equal(fake_reload(f, &d), 0);
		diag_free(&d);
		*let_go = true;
	}
	return *let_go && gate_known(f);
}

static void
test_answers_to_the_old_generation_are_dropped(void **state)
{
	bool let_go = false;
	struct fake f;

	(void)state;
	begin(&f, 1);
	f.answer = held_back;
	f.arg = &let_go;
	(void)fake_start(&f);
	fake_run(&f, reload_in_flight);
	assert_int_equal(f.loads, 2);
	/* number 0 is "marts" now, and was "raw" when it was asked */
	assert_true(engine_check(supervisor_engine(f.s), 0, jan12)->value >
	    6);
	end(&f);
}

/*----------------------------------------------------------------- journal */

static json_t *
restless(struct fake *f, const struct fake_call *c, const char **ret_fault)
{
	(void)ret_fault;
	if (strcmp(c->kind, "gate") == 0)
		return verdict("open");
	return fake_value(f->calls[0], -1);
}

static void
limit_files(rlim_t most)
{
	const struct rlimit l = { most, RLIM_INFINITY };

	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static bool
fails_and_goes_on(struct fake *f)
{
	struct command c = { .kind = COMMAND_HOLD, .pipeline = NONE,
		.subject = NONE, .scope = HOLD_ALL, .until = INSTANT_NONE,
		.actor = "uid 0" };
	int *stage = f->arg;
	struct reply r;

	if (*stage == 0 && gate_known(f)) {
		limit_files(4096);
		assert_int_equal(supervisor_command(f->s, &c, &r), -EIO);
		f->calls[0] = 0;
		*stage = 1;
	}
	return *stage == 1 && f->calls[0] > 0 && f->calls[3] > 0;
}

static void
test_a_failed_journal_is_told_and_looking_goes_on(void **state)
{
	json_t *report;
	struct fake f;
	int stage = 0;

	(void)state;
	begin(&f, 36000);
	f.answer = restless;
	f.arg = &stage;
	(void)fake_start(&f);
	fake_run(&f, fails_and_goes_on);
	report = supervisor_report(f.s);
	assert_true(json_flag(json_object_get(report, "journal"), "failed",
	    false));
	json_decref(report);
	assert_int_equal(f.calls[2], 0);
	end(&f);
	limit_files(RLIM_INFINITY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_start_measures_and_writes),
		cmocka_unit_test(test_a_gate_is_shown_its_inputs),
		cmocka_unit_test(test_a_restart_knows_what_was_known),
		cmocka_unit_test(test_a_journal_keeps_to_its_clock),
		cmocka_unit_test(test_time_does_not_pass_a_call),
		cmocka_unit_test(test_a_timer_is_kept_to_the_instant),
		cmocka_unit_test(test_a_refused_reload_keeps_what_runs),
		cmocka_unit_test(test_a_reload_keeps_rows_by_name),
		cmocka_unit_test(
		    test_answers_to_the_old_generation_are_dropped),
		cmocka_unit_test(
		    test_a_failed_journal_is_told_and_looking_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
