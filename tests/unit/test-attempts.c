/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-attempts.c -- actions through the shell: started after their intent
 * stands, ended once, and never twice after a crash.
 *
 * The clock begins ten minutes before a date ends, because a date that had
 * ended before it was first seen is only looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "fake-world.h"

/* 2026-01-13 23:50 UTC. */
static const int64_t start = 1768348200000;
static const struct date jan13 = { 20466 };

/* What goes on in the world outside. */
struct shop {
	double raw, marts;
	bool etl_hangs, etl_fails, mend_works;
	int started;            /* etl, with its intent in the journal */
	int unwritten;          /* ... without */
	json_t *params;         /* of the last action; owned */
	const char *probe;      /* status */
	int stage;
};

static json_t *
status(const char *word)
{
	json_t *o = json_object();

	json_put(o, "status", word);
	json_put(o, "remark", "as you can see");
	return o;
}

static bool
for_jan13(const struct fake_call *c)
{
	return strcmp(json_text(c->input, "date", ""), "2026-01-13") == 0;
}

static json_t *
measure(const struct shop *shop, const struct fake_call *c)
{
	json_t *o, *missing;
	bool raw = strcmp(c->name, "raw") == 0;

	if (!for_jan13(c))
		return fake_value(5, -1);
	o = fake_value(raw ? shop->raw : shop->marts, -1);
	if (!raw || shop->raw >= 1)
		return o;
	missing = json_array();
	(void)json_array_append_new(missing, json_string("g2"));
	(void)json_array_append_new(missing, json_string("g1"));
	(void)json_object_set_new(o, "missing", missing);
	return o;
}

/* Is the intent of an attempt what the journal has? */
static void
look_for_intent(struct fake *f, struct shop *shop)
{
	CLEANUP_JSON json_t *row = fake_row(f, "attempt/1");

	if (row)
		shop->started++;
	else
		shop->unwritten++;
}

static json_t *
act(struct fake *f, struct shop *shop, const struct fake_call *c)
{
	if (shop->params == NULL)
		look_for_intent(f, shop);
	json_decref(shop->params);
	shop->params = json_incref(json_object_get(c->input, "params"));
	if (strcmp(c->name, "mend") == 0) {
		shop->raw = shop->mend_works ? 5 : 0;
		return status("ok");
	}
	if (shop->etl_hangs)
		return NULL;
	shop->marts = shop->etl_fails ? 0 : 5;
	return status(shop->etl_fails ? "failed" : "ok");
}

static json_t *
answer(struct fake *f, const struct fake_call *c, const char **ret_fault)
{
	struct shop *shop = f->arg;
	json_t *o;

	(void)ret_fault;
	if (c->probe)
		return status(shop->probe);
	if (strcmp(c->kind, "check") == 0)
		return measure(shop, c);
	if (strcmp(c->kind, "action") == 0)
		return act(f, shop, c);
	o = status("ok");
	json_put(o, "verdict", "open");
	return o;
}

static void
begin(struct fake *f, struct shop *shop)
{
	*shop = (struct shop){ .raw = 5, .probe = "unknown" };
	*f = (struct fake){ .answer = answer, .arg = shop,
		.clock_speed = 3600, .clock_start = start,
		.output = "a line of output\n" };
	fake_begin(f);
}

static void
end(struct fake *f)
{
	struct shop *shop = f->arg;

	supervisor_free(f->s);
	json_decref(shop->params);
	fake_end(f);
}

static enum phase_state
publish_state(struct fake *f)
{
	const struct phase_row *row = engine_phase(supervisor_engine(f->s),
	    PHASE_PUBLISH, jan13);

	return row ? row->state : PHASE_PENDING;
}

static bool
published(struct fake *f)
{
	return publish_state(f) == PHASE_DONE;
}

/*------------------------------------------------------------------- start */

/* What `journal check` judges the start and its outcome by. */
static void
rests_on(const json_t *said)
{
	const json_t *read = json_array_get(json_object_get(said,
	    "evidence"), 0), *proof;
	int64_t ended = json_int(said, "date_ended_at", 0);

	assert_true(ended > 0);
	assert_true(json_int(said, "epoch", 0) > 0);
	assert_true(json_int(read, "age_ms", -1) >= 0);
	assert_true(json_int(read, "age_ms", 0) <=
	    json_int(read, "fresh_ms", 0));
	assert_true(json_int(read, "began_at", 0) > 0);
	proof = json_array_get(json_object_get(said, "proof"), 0);
	assert_true(json_int(proof, "began_at", 0) >= json_int(read,
	    "began_at", 0));
}

static void
test_the_intent_stands_before_the_start(void **state)
{
	CLEANUP_FREE char *output = NULL;
	struct shop shop;
	struct fake f;
	json_t *row;
	size_t len;
	uint64_t total;

	(void)state;
	begin(&f, &shop);
	(void)fake_start(&f);
	fake_run(&f, published);
	assert_int_equal(f.calls[2], 1);
	assert_int_equal(shop.started, 1);
	assert_int_equal(shop.unwritten, 0);
	assert_string_equal(json_text(shop.params, "phase", ""), "publish");
	assert_string_equal(json_text(shop.params, "attempt", ""), "1");
	assert_string_equal(json_text(shop.params, "operation", ""),
	    "publish-2026-01-13-1");
	row = fake_row(&f, "attempt/1");
	assert_string_equal(json_text(row, "state", ""), "closed");
	assert_string_equal(json_text(json_object_get(row, "said"), "remark",
	    ""), "as you can see");
	assert_true(json_array_size(json_object_get(json_object_get(row,
	    "said"), "evidence")) >= 2);
	rests_on(json_object_get(row, "said"));
	json_decref(row);
	row = fake_row(&f, "graph");
	assert_string_equal(json_text(json_array_get(json_object_get(row,
	    "phases"), 0), "name", ""), "load");
	json_decref(row);
	assert_int_equal(store_read_output(supervisor_store(f.s), 1, &output,
	    &len, &total), 0);
	assert_string_equal(output, "a line of output\n");
	end(&f);
}

static json_t *
without_lock(struct fake *f, const struct fake_call *c,
    const char **ret_fault)
{
	char path[128];

	(void)snprintf(path, sizeof path, "%s/lock", f->dir);
	(void)unlink(path);
	return answer(f, c, ret_fault);
}

static void
test_nothing_starts_without_the_lock(void **state)
{
	struct shop shop;
	struct fake f;

	(void)state;
	begin(&f, &shop);
	f.answer = without_lock;
	(void)fake_start(&f);
	assert_int_equal(supervisor_run(f.s), -ESTALE);
	assert_int_equal(f.calls[2], 0);
	end(&f);
}

/*------------------------------------------------------------------- crash */

static bool
running(struct fake *f)
{
	return publish_state(f) == PHASE_RUNNING;
}

/* The daemon goes away while the action runs. */
static void
crash(struct fake *f, struct shop *shop)
{
	shop->etl_hangs = true;
	(void)fake_start(f);
	fake_run(f, running);
	supervisor_free(f->s);
	assert_int_equal(f->calls[2], 1);
	(void)fake_start(f);
}

static void
test_what_happened_is_not_done_again(void **state)
{
	struct shop shop;
	struct fake f;

	(void)state;
	begin(&f, &shop);
	crash(&f, &shop);
	shop.probe = "ok";
	shop.marts = 5;
	fake_run(&f, published);
	assert_int_equal(f.probes, 1);
	assert_int_equal(f.calls[2], 1);
	end(&f);
}

static bool
lives_on(struct fake *f)
{
	struct shop *shop = f->arg;

	if (shop->stage == 0 && running(f)) {
		assert_int_equal(f->probes, 0);
		f->busy = false;
		shop->marts = 5;
		shop->stage = 1;
	}
	return shop->stage == 1 && published(f);
}

static void
test_what_still_runs_is_waited_for(void **state)
{
	struct shop shop;
	struct fake f;

	(void)state;
	begin(&f, &shop);
	f.busy = true;
	crash(&f, &shop);
	shop.probe = "ok";
	fake_run(&f, lives_on);
	assert_int_equal(f.probes, 1);
	assert_int_equal(f.calls[2], 1);
	end(&f);
}

/*-------------------------------------------------------- reload, cancel */

static bool
reloaded_while_running(struct fake *f)
{
	struct shop *shop = f->arg;
	struct diag d;

	if (shop->stage == 0 && running(f)) {
		diag_init(&d);
		assert_int_equal(fake_reload(f, &d), 0);
		diag_free(&d);
		assert_int_equal(publish_state(f), PHASE_RUNNING);
		shop->etl_hangs = false;
		shop->stage = 1;
	}
	return shop->stage == 1 && published(f);
}

static void
test_a_reload_lets_it_run(void **state)
{
	struct shop shop;
	struct fake f;

	(void)state;
	begin(&f, &shop);
	shop.etl_hangs = true;
	(void)fake_start(&f);
	fake_run(&f, reloaded_while_running);
	assert_int_equal(f.calls[2], 1);
	assert_int_equal(f.probes, 0);
	end(&f);
}

static bool
cancelled(struct fake *f)
{
	struct command c = { .kind = COMMAND_CANCEL, .pipeline = NONE,
		.subject = NONE, .id = 1, .until = INSTANT_NONE,
		.actor = "uid 0" };
	struct shop *shop = f->arg;
	struct reply r;

	if (shop->stage == 0 && running(f)) {
		assert_int_equal(supervisor_command(f->s, &c, &r), 0);
		assert_int_equal(r.code, REPLY_OK);
		shop->stage = 1;
	}
	return shop->stage == 1 && !running(f);
}

static void
test_a_cancelled_one_ends(void **state)
{
	struct shop shop;
	struct fake f;

	(void)state;
	begin(&f, &shop);
	shop.etl_hangs = true;
	(void)fake_start(&f);
	fake_run(&f, cancelled);
	assert_int_equal(f.cancels, 1);
	end(&f);
}

/*---------------------------------------------------------------- recovery */

static bool
mended(struct fake *f)
{
	const struct recovery_row *row = engine_recovery(
	    supervisor_engine(f->s), 0, jan13);

	return row && row->last == OUTCOME_RECOVERED;
}

static json_t *
only_mend(struct fake *f, const struct fake_call *c, const char **ret_fault)
{
	struct shop *shop = f->arg;

	shop->marts = 5;
	return answer(f, c, ret_fault);
}

static void
test_a_recovery_gets_what_is_missing(void **state)
{
	const json_t *missing, *failing;
	struct shop shop;
	struct fake f;

	(void)state;
	begin(&f, &shop);
	f.answer = only_mend;
	shop.raw = 0;
	shop.mend_works = true;
	(void)fake_start(&f);
	fake_run(&f, mended);
	missing = json_object_get(shop.params, "missing");
	failing = json_object_get(shop.params, "failing");
	assert_int_equal(json_array_size(missing), 2);
	assert_string_equal(json_string_value(json_array_get(failing, 0)),
	    "raw");
	assert_string_equal(json_text(shop.params, "recovery", ""), "mend");
	assert_string_equal(json_text(shop.params, "phase", ""), "load");
	end(&f);
}

/* The only attempt is one whose recovery isn't configured any more. */
static void
test_ids_never_come_twice(void **state)
{
	struct shop shop;
	struct fake f;
	json_t *row;

	(void)state;
	begin(&f, &shop);
	f.answer = only_mend;
	shop.raw = 0;
	shop.mend_works = true;
	(void)fake_start(&f);
	fake_run(&f, mended);
	supervisor_free(f.s);
	f.no_recovery = true;
	f.answer = answer;
	shop.marts = 0;
	(void)fake_start(&f);
	fake_run(&f, published);
	row = fake_row(&f, "attempt/1");
	assert_string_equal(json_text(row, "recovery", ""), "mend");
	json_decref(row);
	row = fake_row(&f, "attempt/2");
	assert_string_equal(json_text(row, "phase", ""), "publish");
	json_decref(row);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_intent_stands_before_the_start),
		cmocka_unit_test(test_nothing_starts_without_the_lock),
		cmocka_unit_test(test_what_happened_is_not_done_again),
		cmocka_unit_test(test_what_still_runs_is_waited_for),
		cmocka_unit_test(test_a_reload_lets_it_run),
		cmocka_unit_test(test_a_cancelled_one_ends),
		cmocka_unit_test(test_a_recovery_gets_what_is_missing),
		cmocka_unit_test(test_ids_never_come_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
