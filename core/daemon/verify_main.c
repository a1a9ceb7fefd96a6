/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verify_main.c -- gatewardend --verify: the inventory, without a daemon.
 *
 * Before a deployment there is no daemon to ask, and while one runs its
 * configuration may be another. So the candidate is loaded as a start would,
 * its inventory is measured by workers of our own, and the answer is printed
 * as JSON for `gatewarden verify`, which shows it. No journal is opened, no
 * socket, nothing is kept.
 */
#include "daemon/verify_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "calendar/day.h"
#include "daemon/finder.h"
#include "daemon/verify.h"

enum { WORKERS = 4 };

/* "a,b" as a list of texts; NULL where nothing was said. Owned. */
static json_t *
list_of(const char *s)
{
	json_t *list;
	size_t len;

	if (s == NULL)
		return NULL;
	list = json_array();
	for (; *s; s += len + (s[len] == ',')) {
		len = strcspn(s, ",");
		if (len > 0)
			(void)json_array_append_new(list, json_stringn(s,
			    len));
	}
	return list;
}

static int64_t
wall_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
read_date(const char *s, struct verify_options *o)
{
	if (s == NULL || strcmp(s, "last") == 0)
		return true;
	o->dated = date_parse(s, &o->date) == 0;
	if (!o->dated)
		(void)fprintf(stderr, "gatewardend: --date '%s': expected a "
		    "real date as 2026-01-16, or 'last'\n", s);
	return o->dated;
}

/* Turns the loop until all have answered; owned. */
static json_t *
measure(uv_loop_t *loop, const struct verify_options *o)
{
	struct verify *v = verify_new(o);
	json_t *result;

	while ((result = verify_result(v)) == NULL)
		(void)uv_run(loop, UV_RUN_ONCE);
	verify_release(v);
	return result;
}

static int
print_result(json_t *result, const char *config)
{
	CLEANUP_FREE char *line = NULL;

	json_put(result, "config", config);
	line = json_line(result);
	return printf("%s\n", line) < 0 || fflush(stdout) != 0;
}

static int
run(const struct options *o, struct finder *finder,
    struct verify_options *vo)
{
	CLEANUP_JSON json_t *result = NULL;
	uv_loop_t loop;
	int r;

	if (uv_loop_init(&loop) < 0)
		return EXIT_FAILURE;
	r = pool_new(&(struct pool_options){ .loop = &loop,
		.host_path = finder_host_path(finder),
		.workers = vo->conf->settings.workers > 0 ?
		    vo->conf->settings.workers : WORKERS }, &vo->pool);
	if (r == 0) {
		result = measure(&loop, vo);
		pool_free(vo->pool);
		r = print_result(result, o->config);
	} else {
		log_error("workers: %s", strerror(-r));
	}
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&loop);
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
verify_main(const struct options *o)
{
	CLEANUP_FINDER struct finder *finder = finder_new(o->plugin_dir,
	    o->host);
	CLEANUP_JSON json_t *only = list_of(o->only);
	CLEANUP_JSON json_t *skip = list_of(o->skip);
	struct verify_options vo = { .finder = finder_interface(finder),
		.now = wall_now(), .only = only, .skip = skip };
	CLEANUP_DIAG struct diag d;
	struct conf *conf;
	int status = EXIT_FAILURE;

	diag_init(&d);
	/* what isn't set here is for the entry 'secrets' to say */
	conf = conf_load_as(o->config, finder_interface(finder), &d,
	    LOAD_ELSEWHERE);
	diag_print(&d, stderr);
	vo.conf = conf;
	if (conf && read_date(o->date, &vo))
		status = run(o, finder, &vo);
	conf_free(conf);
	return status;
}
