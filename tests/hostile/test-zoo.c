/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-zoo.c -- each hostile plugin costs one result, and the record names
 * the true cause.
 *
 * Every animal is asked among well-behaved instances of the same library:
 * one before it, one at the same time, one after it, all of which must have
 * their values.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/wire.h"
#include "hostile/keeper.h"

static struct keeper keeper;

static int
setup(void **state)
{
	keeper_open(&keeper, 4, 0);
	*state = &keeper;
	return 0;
}

static int
teardown(void **state)
{
	keeper_close(*state);
	return 0;
}

/* Asks the animal among neighbours; returns its answer. */
static const struct seen *
among_neighbours(struct keeper *k, struct ask a)
{
	struct ask good = { .name = "before" };
	int before, at, beside, after;

	before = keeper_ask(k, &good, NULL);
	keeper_run(k);
	a.name = a.how;
	at = keeper_ask(k, &a, NULL);
	good.name = "beside";
	good.wait_ms = 30;
	beside = keeper_ask(k, &good, NULL);
	keeper_run(k);
	good.name = "after";
	good.wait_ms = 0;
	after = keeper_ask(k, &good, NULL);
	keeper_run(k);
	assert_int_equal(k->seen[before].status, CALL_ANSWERED);
	assert_int_equal(k->seen[beside].status, CALL_ANSWERED);
	assert_int_equal(k->seen[after].status, CALL_ANSWERED);
	return &k->seen[at];
}

static void
faults(struct keeper *k, const char *how, const char *says)
{
	assert_says(among_neighbours(k, (struct ask){ .how = how,
	    .timeout_ms = 300 }), CALL_FAULT, says);
}

static void
test_signals(void **state)
{
	faults(*state, "segfault", "killed by signal 11 (SIGSEGV) after ");
	faults(*state, "null", "killed by signal 11 (SIGSEGV) after ");
	faults(*state, "abort", "killed by signal 6 (SIGABRT) after ");
}

static void
test_stack(void **state)
{
	faults(*state, "stack", "killed by signal 11 (SIGSEGV) after ");
}

static void
test_exit(void **state)
{
	faults(*state, "exit", "exited with status 0 in the middle of a call");
}

static void
test_hang(void **state)
{
	const struct seen *s = among_neighbours(*state,
	    (struct ask){ .how = "hang", .timeout_ms = 300 });

	assert_says(s, CALL_FAULT, "no answer within 300ms; ended with "
	    "SIGKILL because it ignored SIGTERM");
	assert_true(s->elapsed_ms >= 300 + 300);
}

static void
test_ignores_term(void **state)
{
	faults(*state, "stubborn", "no answer within 300ms; ended with "
	    "SIGKILL because it ignored SIGTERM");
}

static void
test_stops_itself(void **state)
{
	faults(*state, "stop", "no answer within 300ms; ended with SIGKILL");
}

static void
test_late(void **state)
{
	faults(*state, "late", "no answer within 300ms; it answered after "
	    "SIGTERM, which is too late");
}

static void
test_junk(void **state)
{
	faults(*state, "junk", "sent a packet that isn't ours: \\x01junk");
}

static void
test_oversized(void **state)
{
	faults(*state, "oversized", "sent 70000 bytes, more than the 65536 "
	    "that a packet may have");
}

static void
test_forged(void **state)
{
	faults(*state, "forged", "sent a packet that isn't ours: "
	    "{\"done\":{\"id\":999999999");
}

static void
test_flood(void **state)
{
	const struct seen *s = among_neighbours(*state,
	    (struct ask){ .how = "flood" });

	assert_value(s, 1);
	assert_true(s->output_total > 2000000);
	assert_true(strlen(s->output) < 66 * 1024);
	assert_non_null(strstr(s->output, "info: the first line\n"));
	assert_non_null(strstr(s->output, "info: the last line\n"));
	assert_non_null(strstr(s->output, " bytes left out ...]"));
}

static void
test_flood_for_ever(void **state)
{
	faults(*state, "flood_for_ever", "no answer within 300ms");
}

/* Gone: reaped, or a zombie of somebody else. */
static bool
alive(int pid)
{
	return pid > 0 && kill(pid, 0) == 0;
}

static void
test_escape(void **state)
{
	struct keeper *k = *state;
	char path[128];
	struct ask a = { .kind = "action", .how = "escape", .fresh = true,
		.file = keeper_path(k, "pid", path) };
	const struct seen *s = among_neighbours(k, a);

	assert_int_equal(s->status, CALL_ANSWERED);
	assert_true(keeper_read(k, "pid") > 0);
	assert_false(alive(keeper_read(k, "pid")));
}

/* The same in a worker that has more to do: it ends after the call, and with
 * it what it left. */
static void
test_escape_from_pool(void **state)
{
	struct keeper *k = *state;
	int64_t until = clock_real_ms() + 60000;
	char path[128];

	assert_value(among_neighbours(k, (struct ask){ .how = "escape",
	    .file = keeper_path(k, "pid", path) }), 1);
	assert_true(keeper_read(k, "pid") > 0);
	while (alive(keeper_read(k, "pid")) && clock_real_ms() < until)
		(void)uv_run(&k->loop, UV_RUN_NOWAIT);
	assert_false(alive(keeper_read(k, "pid")));
}

static void
test_escape_and_crash(void **state)
{
	struct keeper *k = *state;
	char path[128];

	assert_says(among_neighbours(k, (struct ask){
	    .how = "escape_and_crash",
	    .file = keeper_path(k, "pid", path) }), CALL_FAULT,
	    "killed by signal 6 (SIGABRT)");
	assert_true(keeper_read(k, "pid") > 0);
	assert_false(alive(keeper_read(k, "pid")));
}

static void
test_closes_descriptors(void **state)
{
	faults(*state, "close", "closed its link to the daemon in the middle "
	    "of a call");
	faults(*state, "close_and_hang", "closed its link to the daemon in "
	    "the middle of a call");
}

/* An answer that measures nothing is no fault, and no value either. */
static void
unknown(struct keeper *k, const char *how, const char *says)
{
	const struct seen *s = among_neighbours(k, (struct ask){ .how = how });

	assert_int_equal(s->status, CALL_ANSWERED);
	assert_string_equal(json_text(s->result, "status", ""), "unknown");
	assert_null(json_object_get(s->result, "value"));
	if (strstr(json_text(s->result, "remark", ""), says) == NULL)
		fail_msg("'%s'", json_text(s->result, "remark", ""));
}

static void
test_no_measurement(void **state)
{
	unknown(*state, "nan", "its value is NaN");
	unknown(*state, "infinite", "what it expects is infinite");
	unknown(*state, "nothing", "without having told a value");
	unknown(*state, "wild", "it returned 42");
}

static void
test_many(void **state)
{
	const struct seen *s = among_neighbours(*state,
	    (struct ask){ .how = "many", .timeout_ms = 60000 });
	json_t *missing;

	assert_value(s, 0);
	assert_int_equal(json_int(s->result, "missing_count", 0), 1000000);
	assert_int_equal(json_int(s->result, "extra_count", 0), 1000000);
	missing = json_object_get(s->result, "missing");
	assert_true(json_array_size(missing) > 100);
	assert_string_equal(json_string_value(json_array_get(missing, 7)),
	    "\\x01item \"7\" \\ \\xff");
}

static void
test_open(void **state)
{
	assert_says(among_neighbours(*state, (struct ask){ .how = "refuse" }),
	    CALL_REFUSED, "this one stays outside");
	faults(*state, "open_crash", "killed by signal 6 (SIGABRT) after ");
	faults(*state, "open_hang", "no answer within 300ms while it was "
	    "opened; ended with SIGKILL");
}

static void
test_attack(void **state)
{
	const struct seen *s;

	assert_value(among_neighbours(*state, (struct ask){
	    .how = "attack" }), 0);
	/* an action, which may signal others, may not signal us either */
	s = among_neighbours(*state, (struct ask){ .kind = "action",
	    .how = "attack", .fresh = true });
	assert_string_equal(json_text(s->result, "remark", ""),
	    "0 went wrong");
}

static void
test_secret(void **state)
{
	const struct seen *s = among_neighbours(*state,
	    (struct ask){ .how = "secret", .secret = "swordfish" });

	assert_value(s, 1);
	assert_string_equal(s->output, "password=***.\n");
	assert_string_equal(json_text(s->result, "remark", ""),
	    "tried with ***");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_signals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stack, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hang, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ignores_term, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_stops_itself, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_late, setup, teardown),
		cmocka_unit_test_setup_teardown(test_junk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_oversized, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_forged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood_for_ever, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_escape, setup, teardown),
		cmocka_unit_test_setup_teardown(test_escape_from_pool, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_escape_and_crash, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_closes_descriptors,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_measurement, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_attack, setup, teardown),
		cmocka_unit_test_setup_teardown(test_secret, setup, teardown),
	};

	return cmocka_run_group_tests_name("zoo", tests, NULL, NULL);
}
