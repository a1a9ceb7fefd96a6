/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-control.c -- calls over the control socket: what is answered, what is
 * refused, and at whose pace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "control-help.h"

static void
answers_calls(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	CLEANUP_JSON json_t *o = NULL;

	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"status\","
	    "\"params\":{\"pipeline\":\"nba\"}}");
	o = hear(w, fd);
	assert_int_equal(json_int(o, "id", 0), 7);
	assert_string_equal(json_text(json_object_get(o, "result"),
	    "pipeline", ""), "nba");
}

static void
refuses_what_is_wrong(void **state)
{
	static const struct {
		const char *line;
		int code;
	} wrong[] = {
		{ "{", RPC_PARSE }, { "hello", RPC_PARSE },
		{ "{\"a\":1,\"a\":2}", RPC_PARSE },
		{ "\"\\u0000\"", RPC_PARSE }, { "\xff\xfe", RPC_PARSE },
		{ "[]", RPC_INVALID }, { "7", RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"method\":\"status\"}", RPC_INVALID },
		{ "{\"id\":1,\"method\":\"status\"}", RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"status\"}",
		    RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":3}", RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\","
		    "\"parms\":{}}", RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"statsu\"}",
		    RPC_NO_METHOD },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"help\"}",
		    RPC_NO_METHOD },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\","
		    "\"params\":[1]}", RPC_PARAMS },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"run\"}",
		    RPC_PARAMS },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"run\","
		    "\"params\":{\"phase\":1,\"date\":\"last\"}}", RPC_PARAMS }
	};
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		say(w, fd, wrong[i].line);
		expect_error(w, fd, wrong[i].code);
	}
	/* and it still serves */
	answers_calls(state);
	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"statsu\"}");
	{
		CLEANUP_JSON json_t *o = hear(w, fd);
		json_t *e = json_object_get(o, "error");

		assert_string_equal(json_text(json_object_get(e, "data"),
		    "nearest", ""), "status");
	}
}

/* A sentence that says an argument's name cuts it in the middle of a
 * letter. */
static void
a_name_that_is_cut_is_told_all_the_same(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	CLEANUP_JSON json_t *o = NULL;
	char line[200];

	(void)snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"id\":1,"
	    "\"method\":\"status\",\"params\":{\"%063d\xc3\xa9\":1}}", 0);
	say(w, fd, line);
	o = hear(w, fd);
	assert_non_null(strstr(json_text(json_object_get(o, "error"),
	    "message", ""), "0\\xc3'"));
}

static void
deep_nesting_is_harmless(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	size_t len = 500000;
	CLEANUP_FREE char *deep = malloc(len + 1);

	memset(deep, '[', len);
	deep[len] = '\0';
	say(w, fd, deep);
	expect_error(w, fd, RPC_PARSE);
}

static void
pipelined_calls_are_all_answered(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	char line[128];
	int i;

	for (i = 1; i <= 200; i++) {
		(void)snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\","
		    "\"id\":%d,\"method\":\"shutdown\"}", i);
		say(w, fd, line);
	}
	for (i = 1; i <= 200; i++) {
		CLEANUP_JSON json_t *o = hear(w, fd);

		assert_int_equal(json_int(o, "id", 0), i);
	}
}

static void
half_a_line_may_come_in_pieces(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	CLEANUP_JSON json_t *o = NULL;
	const char *half = "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"meth";
	int i;

	send_all(w, fd, half, strlen(half));
	for (i = 0; i < 5; i++)
		turn(w);
	say(w, fd, "od\":\"due\"}");
	o = hear(w, fd);
	assert_string_equal(json_text(o, "id", ""), "x");
}

static void
half_a_line_for_ever_is_cut_off(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);

	send_all(w, fd, "{\"json", 7);
	expect_error(w, fd, RPC_INVALID);
	expect_end(w, fd);
}

static void
overlong_line_is_cut_off(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	size_t len = CONTROL_LINE_MAX + 1;
	CLEANUP_FREE char *line = malloc(len + 1);

	memset(line, ' ', len);
	line[len] = '\0';
	send_all(w, fd, line, len);
	expect_error(w, fd, RPC_INVALID);
	expect_end(w, fd);
}

static void
line_of_the_full_size_is_read(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	const char *call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"due\"}";
	size_t len = CONTROL_LINE_MAX;
	CLEANUP_FREE char *line = malloc(len + 1);
	CLEANUP_JSON json_t *o = NULL;

	memset(line, ' ', len);
	memcpy(line, call, strlen(call));
	line[len] = '\0';
	say(w, fd, line);
	o = hear(w, fd);
	assert_non_null(json_object_get(o, "result"));
}

static void
slow_reader_is_cut_off(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	CLEANUP_CLOSE int other = connect_to(w->path);
	CLEANUP_JSON json_t *event = json_object();
	CLEANUP_JSON json_t *first = NULL;
	char pad[4096];
	uint64_t seq;

	memset(pad, 'x', sizeof pad - 1);
	pad[sizeof pad - 1] = '\0';
	json_put(event, "kind", pad);
	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"events\"}");
	first = hear(w, fd);
	assert_non_null(json_object_get(first, "result"));
	for (seq = 1; seq <= 2000; seq++) {
		control_publish(w->control, seq, event);
		(void)uv_run(&w->loop, UV_RUN_NOWAIT);
	}
	/* others are served, and this one ends after what had left */
	say(w, other, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"due\"}");
	json_decref(hear(w, other));
	for (seq = 1;; seq++) {
		CLEANUP_JSON json_t *o = hear(w, fd);

		if (o == NULL)
			break;
		assert_int_equal(json_int(json_object_get(o, "params"), "seq",
		    0), seq);
	}
	assert_in_range(seq, 10, 1000);
}

static void
answer_over_the_queue_is_refused(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);

	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"plugins\"}");
	expect_error(w, fd, RPC_REFUSED);
	answers_calls(state);
}

static void
long_answer_comes_at_the_readers_pace(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	int i;

	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,"
	    "\"method\":\"journal export\"}");
	for (i = 0; i < 200; i++)
		turn(w);
	/* nobody read: it waits with at most what a socket holds */
	assert_in_range(w->fed, 200, 1200);
	for (i = 0; i < 4000; i++) {
		CLEANUP_JSON json_t *o = hear(w, fd);

		assert_string_equal(json_text(o, "method", ""), "line");
	}
	{
		CLEANUP_JSON json_t *o = hear(w, fd);

		assert_int_equal(json_int(o, "result", 0), 4000);
	}
}

static void
waiting_call_hears_that_its_client_left(void **state)
{
	struct world *w = *state;
	int fd = connect_to(w->path), i;

	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"gate wait\","
	    "\"params\":{\"phase\":\"p\",\"date\":\"last\",\"for\":\"r\"}}");
	for (i = 0; i < WAIT_TURNS && w->waiting == NULL; i++)
		turn(w);
	assert_non_null(w->waiting);
	assert_int_equal(strncmp(request_actor(w->waiting), "uid ", 4), 0);
	assert_int_equal(request_level(w->waiting), LEVEL_ADMIN);
	(void)close(fd);
	for (i = 0; i < WAIT_TURNS && w->gone == 0; i++)
		turn(w);
	assert_int_equal(w->gone, 1);
}

static void
unanswered_calls_are_bounded(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	int i;

	for (i = 0; i <= CONTROL_CALLS; i++)
		say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,"
		    "\"method\":\"gate wait\",\"params\":{\"phase\":\"p\","
		    "\"date\":\"last\",\"for\":\"r\"}}");
	expect_error(w, fd, RPC_BUSY);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, control_setup, \
    control_teardown)
	const struct CMUnitTest tests[] = {
		T(answers_calls),
		T(refuses_what_is_wrong),
		T(a_name_that_is_cut_is_told_all_the_same),
		T(deep_nesting_is_harmless),
		T(pipelined_calls_are_all_answered),
		T(half_a_line_may_come_in_pieces),
		T(half_a_line_for_ever_is_cut_off),
		T(overlong_line_is_cut_off),
		T(line_of_the_full_size_is_read),
		T(slow_reader_is_cut_off),
		T(answer_over_the_queue_is_refused),
		T(long_answer_comes_at_the_readers_pace),
		T(waiting_call_hears_that_its_client_left),
		T(unanswered_calls_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
