/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-pool.c -- who is served when, by how many processes, and what is
 * remembered about faults.
 */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "hostile/keeper.h"

static struct keeper keeper;

static int
setup(void **state)
{
	keeper_open(&keeper, 2, 0);
	*state = &keeper;
	return 0;
}

/* Backing off and being idle take milliseconds. */
static int
setup_quick(void **state)
{
	keeper_open(&keeper, 2, 1);
	*state = &keeper;
	return 0;
}

static int
teardown(void **state)
{
	siginfo_t si;

	keeper_close(*state);
	/* nothing is left, not even a zombie */
	assert_int_equal(waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT),
	    -1);
	return 0;
}

static int
count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		(void)closedir(d);
	return n;
}

static json_t *
report_of(struct keeper *k, const char *name)
{
	json_t *list = pool_report(k->pool), *o, *ret = NULL;
	size_t i;

	json_array_foreach(list, i, o)
		if (strcmp(json_text(o, "name", ""), name) == 0)
			ret = json_incref(o);
	json_decref(list);
	return ret;
}

/* One process serves call after call, and keeps what it opened. */
static void
test_warm(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "a" };
	pid_t pid;

	assert_value(keeper_call(k, &a), 1);
	pid = k->seen[0].pid;
	assert_value(keeper_call(k, &a), 2);
	a.name = "b";
	assert_value(keeper_call(k, &a), 3);
	assert_int_equal(k->seen[2].pid, pid);
	assert_string_equal(json_text(k->seen[2].result, "remark", ""),
	    "call 3 of this process, for 2026-01-16");
	assert_int_equal(k->seen[2].exit_code, -1);
}

/* One instance never holds more than one worker: its calls queue. */
static void
test_one_worker_per_instance(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "a", .wait_ms = 100 };
	int i;

	(void)keeper_ask(k, &a, NULL);
	while (k->seen[0].pid == 0)
		(void)uv_run(&k->loop, UV_RUN_ONCE);
	for (i = 1; i < 3; i++)
		(void)keeper_ask(k, &a, NULL);
	keeper_run(k);
	for (i = 0; i < 3; i++) {
		assert_value(&k->seen[i], i + 1);
		assert_int_equal(k->seen[i].pid, k->seen[0].pid);
		assert_int_equal(k->seen[i].order, i + 1);
	}
}

/* Two instances run beside each other; a third waits for a place. */
static void
test_places(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .wait_ms = 200 };

	a.name = "a";
	(void)keeper_ask(k, &a, NULL);
	a.name = "b";
	(void)keeper_ask(k, &a, NULL);
	a.name = "c";
	(void)keeper_ask(k, &a, NULL);
	keeper_run(k);
	assert_true(k->seen[0].pid != k->seen[1].pid);
	assert_true(k->seen[2].pid == k->seen[0].pid ||
	    k->seen[2].pid == k->seen[1].pid);
	assert_int_equal(k->seen[2].order, 3);
}

/* A library without a worker gets the place of an idle one, and doesn't wait
 * for the end of the other's queue. */
static void
test_other_library(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .wait_ms = 50 };
	char names[12][8];
	int i, other;

	for (i = 0; i < 12; i++) {
		(void)snprintf(names[i], sizeof names[i], "n%d", i);
		a.name = names[i];
		(void)keeper_ask(k, &a, NULL);
	}
	other = keeper_ask(k, &(struct ask){ .kind = "action",
	    .name = "other" }, NULL);
	keeper_run(k);
	assert_int_equal(k->seen[other].status, CALL_ANSWERED);
	assert_true(k->seen[other].order <= 6);
}

static void
test_backoff(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "a", .how = "abort" };
	CLEANUP_JSON json_t *r = NULL;

	assert_says(keeper_call(k, &a), CALL_FAULT, "SIGABRT");
	/* one is free: at once again */
	assert_says(keeper_call(k, &a), CALL_FAULT, "SIGABRT");
	assert_says(keeper_call(k, &a), CALL_REFUSED, "backing off for "
	    "another ");
	assert_value(keeper_call(k, &(struct ask){ .name = "b" }), 1);
	r = report_of(k, "a");
	assert_int_equal(json_int(r, "calls", 0), 3);
	assert_int_equal(json_int(r, "faults", 0), 2);
	assert_true(json_int(r, "backoff_ms", 0) > 0);
	assert_false(json_flag(r, "quarantined", true));
	assert_non_null(strstr(json_text(r, "last_fault", ""), "SIGABRT"));
}

/* A success between faults forgives them. */
static void
test_forgiven(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "a", .how = "second" };
	int i;

	for (i = 0; i < 6; i++) {
		assert_value(keeper_call(k, &a), 1);
		assert_says(keeper_call(k, &a), CALL_FAULT, "SIGABRT");
	}
}

static void
test_cancel_waiting(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "a", .wait_ms = 200 };
	struct call *c;
	int first, second;

	first = keeper_ask(k, &a, NULL);
	second = keeper_ask(k, &a, &c);
	pool_cancel(k->pool, c);
	pool_cancel(k->pool, c);
	assert_false(k->seen[second].done);
	keeper_run(k);
	assert_says(&k->seen[second], CALL_CANCELLED, "cancelled");
	assert_int_equal(k->seen[second].order, 1);
	assert_value(&k->seen[first], 1);
}

/* What was answered in time while the daemon was away is not late: the loop
 * stands in a callback until long after both deadlines. */
static void
test_daemon_was_away(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "a", .timeout_ms = 200 };
	struct ask b = { .name = "b", .timeout_ms = 200 };
	int i, j;

	a.wait_ms = 30;
	b.wait_ms = 130;
	(void)keeper_ask(k, &a, NULL);
	(void)keeper_ask(k, &b, NULL);
	keeper_run(k);          /* two warm workers */
	a.stall_ms = 600;
	i = keeper_ask(k, &a, NULL);
	j = keeper_ask(k, &b, NULL);
	keeper_run(k);
	assert_value(&k->seen[i], 2);
	assert_value(&k->seen[j], 2);
}

/* What doesn't fit a packet is refused, and harms nobody. */
static void
test_too_long(void **state)
{
	static char big[70001];
	struct keeper *k = *state;
	struct ask a = { .name = "a", .file = big };

	memset(big, 'x', sizeof big - 1);
	assert_int_equal(keeper_call(k, &(struct ask){ .name = "b" })->status,
	    CALL_ANSWERED);
	assert_says(keeper_call(k, &a), CALL_REFUSED, "its options take more "
	    "than the 65536 bytes that a packet may have");
	a.file = NULL;
	a.identity = 1;
	assert_int_equal(keeper_call(k, &a)->status, CALL_ANSWERED);
}

/* Idle workers end, and are replaced. */
static void
test_idle(void **state)
{
	struct keeper *k = *state;
	struct ask a = { 0 };
	int64_t until = clock_real_ms() + 60000;
	CLEANUP_JSON json_t *r = NULL;

	assert_value(keeper_call(k, &a), 1);
	do {
		assert_true(clock_real_ms() < until);
		(void)uv_run(&k->loop, UV_RUN_ONCE);
		json_decref(r);
		r = report_of(k, "it");
	} while (json_int(r, "workers", 0) > 0);
	assert_value(keeper_call(k, &a), 1);
}

struct cancel {
	struct keeper *k;
	struct call *call;
};

static void
on_cancel(uv_timer_t *h)
{
	struct cancel *c = h->data;

	pool_cancel(c->k->pool, c->call);
	uv_close((uv_handle_t *)h, NULL);
}

static void
cancel_running(struct keeper *k, const char *how, bool fresh)
{
	struct ask a = { .name = how, .how = how, .fresh = fresh };
	struct cancel c = { .k = k };
	uv_timer_t t = { .data = &c };
	int i = keeper_ask(k, &a, &c.call);

	assert_int_equal(uv_timer_init(&k->loop, &t), 0);
	assert_int_equal(uv_timer_start(&t, on_cancel, 100, 0), 0);
	keeper_run(k);
	assert_says(&k->seen[i], CALL_CANCELLED, "cancelled");
	assert_true(k->seen[i].elapsed_ms < 4000);
}

static void
test_cancel_running(void **state)
{
	cancel_running(*state, "late", false);
	cancel_running(*state, "stubborn", false);
	cancel_running(*state, "late", true);
	/* a cancelled call is no fault */
	assert_int_equal(keeper_call(*state, &(struct ask){
	    .name = "stubborn", .identity = 2 })->status, CALL_ANSWERED);
}

static void
test_fresh(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .kind = "action", .fresh = true };

	assert_int_equal(keeper_call(k, &a)->status, CALL_ANSWERED);
	assert_int_equal(keeper_call(k, &a)->status, CALL_ANSWERED);
	assert_true(k->seen[0].pid != k->seen[1].pid);
	assert_int_equal(k->seen[0].exit_code, 0);
	assert_string_equal(json_text(k->seen[0].result, "status", ""), "ok");
}

/* A fresh call has its caller's retry plan: always tried. */
static void
test_fresh_is_always_tried(void **state)
{
	struct ask a = { .kind = "action", .how = "abort", .fresh = true };
	int i;

	for (i = 0; i < 7; i++) {
		assert_says(keeper_call(*state, &a), CALL_FAULT,
		    "killed by signal 6 (SIGABRT) after ");
		assert_int_equal(keeper.seen[i].signal, SIGABRT);
		assert_int_equal(keeper.seen[i].exit_code, -1);
	}
}

static void
test_probe(void **state)
{
	const struct seen *s = keeper_call(*state, &(struct ask){
	    .kind = "action", .fresh = true, .probe = true });

	/* the zoo has no probe: it can't tell */
	assert_int_equal(s->status, CALL_ANSWERED);
	assert_string_equal(json_text(s->result, "status", ""), "unknown");
}

/* The lock holds while a process below the attempt runs, and no longer. */
static void
test_attempt_file(void **state)
{
	struct keeper *k = *state;
	char path[128], pid[128];
	struct ask a = { .kind = "action", .how = "hang", .fresh = true,
		.timeout_ms = 300,
		.attempt_file = keeper_path(k, "attempt", path) };
	int i;

	assert_false(attempt_file_busy(path));
	i = keeper_ask(k, &a, NULL);
	while (k->seen[i].pid == 0)
		(void)uv_run(&k->loop, UV_RUN_ONCE);
	assert_true(attempt_file_busy(path));
	keeper_run(k);
	assert_says(&k->seen[i], CALL_FAULT, "no answer");
	assert_false(attempt_file_busy(path));

	a.how = "escape";
	a.file = keeper_path(k, "pid", pid);
	assert_int_equal(keeper_call(k, &a)->status, CALL_ANSWERED);
	assert_false(attempt_file_busy(path));
	a.how = "program";
	assert_int_equal(keeper_call(k, &a)->status, CALL_ANSWERED);
}

/* Another identity ends the worker that has the old one open. */
static void
test_identity(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "a", .identity = 1 };
	const struct pool_instance kept[] = { { .kind = "check",
		.name = "a", .identity = 2 } };
	CLEANUP_JSON json_t *r = NULL;

	assert_value(keeper_call(k, &a), 1);
	a.identity = 2;
	assert_value(keeper_call(k, &a), 1);
	assert_true(k->seen[0].pid != k->seen[1].pid);
	assert_value(keeper_call(k, &(struct ask){ .name = "b" }), 2);
	pool_keep(k->pool, kept, 1);
	assert_value(keeper_call(k, &a), 1);
	/* forgotten once its worker has ended */
	while ((r = report_of(k, "b")) != NULL) {
		json_decref(r);
		(void)uv_run(&k->loop, UV_RUN_ONCE);
	}
	assert_value(keeper_call(k, &a), 2);
}

/* Until five faults; those refused meanwhile are backing off. */
static void
fault_five_times(struct keeper *k, const struct ask *a, const char *says)
{
	int64_t until = clock_real_ms() + 30000;
	const struct seen *s;
	int n = 0;

	while (n < 5 && clock_real_ms() < until) {
		s = keeper_call(k, a);
		if (s->status == CALL_FAULT)
			assert_says(s, CALL_FAULT, says);
		else
			assert_says(s, CALL_REFUSED, "backing off");
		n += s->status == CALL_FAULT;
		keeper_forget(k);
	}
	assert_int_equal(n, 5);
}

/* Quarantine after five crashes in a row: until reset, or another identity.
 */
static void
test_quarantine(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "a", .how = "abort" };
	CLEANUP_JSON json_t *r = NULL;

	fault_five_times(k, &a, "SIGABRT");
	assert_says(keeper_call(k, &a), CALL_REFUSED, "quarantined after 5 "
	    "faults in a row, until it is reset or changed; the last: killed "
	    "by signal 6");
	r = report_of(k, "a");
	assert_true(json_flag(r, "quarantined", false));
	assert_value(keeper_call(k, &(struct ask){ .name = "b" }), 1);
	assert_true(pool_reset(k->pool, "check", "a"));
	assert_false(pool_reset(k->pool, "check", "a"));
	assert_false(pool_reset(k->pool, "check", "nobody"));
	fault_five_times(k, &a, "SIGABRT");
	assert_says(keeper_call(k, &a), CALL_REFUSED, "quarantined");
	a.identity = 1;
	assert_says(keeper_call(k, &a), CALL_FAULT, "SIGABRT");
}

/* What it waited for may come back: no quarantine. */
static void
test_deadlines_only_back_off(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "a", .how = "late", .timeout_ms = 10 };
	const struct seen *s;

	fault_five_times(k, &a, "no answer within 10ms");
	s = keeper_call(k, &a);
	if (s->status == CALL_REFUSED)
		assert_says(s, CALL_REFUSED, "backing off");
}

/* Calls of many instances, fresh ones among them, leave no descriptor. */
static void
test_no_leak(void **state)
{
	struct keeper *k = *state;
	struct ask a = { 0 };
	char name[16];
	int fds, i;

	assert_int_equal(keeper_call(k, &a)->status, CALL_ANSWERED);
	fds = count_fds();
	for (i = 0; i < 60; i++) {
		(void)snprintf(name, sizeof name, "n%d", i % 40);
		a.name = name;
		a.kind = i % 7 == 0 ? "action" : "check";
		a.fresh = i % 7 == 0;
		assert_int_equal(keeper_call(k, &a)->status, CALL_ANSWERED);
	}
	/* the handles of the last ones are still closing */
	for (i = 0; i < 100 && count_fds() > fds; i++)
		(void)uv_run(&k->loop, UV_RUN_NOWAIT);
	assert_true(count_fds() <= fds);
}

/* The pool may go while calls are under way. */
static void
test_free_while_busy(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .how = "hang" };
	int i;

	a.name = "a";
	i = keeper_ask(k, &a, NULL);
	a.name = "b";
	(void)keeper_ask(k, &a, NULL);
	a.name = "c";
	(void)keeper_ask(k, &a, NULL);
	a.fresh = true;
	(void)keeper_ask(k, &a, NULL);
	while (k->seen[i].pid == 0)
		(void)uv_run(&k->loop, UV_RUN_ONCE);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define QUICK(fn) cmocka_unit_test_setup_teardown(fn, setup_quick, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_warm), TEST(test_one_worker_per_instance),
		TEST(test_places), TEST(test_other_library),
		TEST(test_backoff), TEST(test_forgiven),
		QUICK(test_quarantine), QUICK(test_deadlines_only_back_off),
		TEST(test_daemon_was_away), TEST(test_too_long),
		QUICK(test_idle), TEST(test_cancel_waiting),
		TEST(test_cancel_running), TEST(test_fresh),
		TEST(test_fresh_is_always_tried), TEST(test_probe),
		TEST(test_attempt_file), TEST(test_identity),
		TEST(test_no_leak), TEST(test_free_while_busy),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
