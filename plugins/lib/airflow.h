/* SPDX-License-Identifier: BSD-2-Clause
 *
 * airflow.h -- the public API of Airflow, 2 and 3.
 */
#ifndef PLUGIN_LIB_AIRFLOW_H
#define PLUGIN_LIB_AIRFLOW_H

#include "lib/follow.h"
#include "lib/rest.h"

struct airflow {
	const struct call *call;
	bool v2;                /* that of Airflow 3 */
	struct rest rest;
	struct buf token;       /* one that was fetched */
	struct buf path;        /* of the DAG: "/api/v2/dags/NAME" */
	struct buf run;         /* of the run: its id */
	const char *dag;        /* borrowed, for sentences */
};

/* The options that say how it is reached; for an option table. */
extern const char *const airflow_apis[];
#define AIRFLOW_OPTIONS \
	{ .name = "url", .type = GW_T_STRING, .flags = GW_REQUIRED, \
	  .help = "where Airflow's web server or API server is" }, \
	{ .name = "api", .type = GW_T_ENUM, .choices = airflow_apis, \
	  .fallback = "\"v2\"", \
	  .help = "v1 is that of Airflow 2, v2 that of Airflow 3" }, \
	{ .name = "username", .type = GW_T_STRING, \
	  .help = "whose rights are used: with v1 by basic authentication, " \
	      "with v2 by a token from /auth/token" }, \
	{ .name = "password", .type = GW_T_SECRET, \
	  .help = "the user's" }, \
	{ .name = "token", .type = GW_T_SECRET, \
	  .help = "a token to use as it is, in place of username and " \
	      "password" }, \
	{ .name = "ca_file", .type = GW_T_STRING, \
	  .help = "certificates of whom to trust, as PEM; default: those " \
	      "of the system" }

/* For `open`. */
bool airflow_check(const struct gw_host *, struct gw_ctx *, struct buf *why);

/* For a call. Keeps the call; `dag` is borrowed. To be freed. */
void airflow_begin(struct airflow *, const struct call *, const char *dag);
void airflow_end(struct airflow *);

#define CLEANUP_AIRFLOW CLEANUP(airflow_end)

/* Asks about the DAG (`below` NULL), or what is below it. As rest_ask. */
bool airflow_ask(struct airflow *, const char *method, const char *below,
    const json_t *body, struct rest_reply *ret, struct buf *why);

/* Asks about the run with the id `run`. As rest_ask. */
bool airflow_ask_run(struct airflow *, struct rest_reply *ret,
    struct buf *why);

/* Is the answer a success, and that of the run with the id `run`? */
bool airflow_is_run(const struct airflow *, const struct rest_reply *);

/* A look at the run, for follow(); arg is the airflow. */
enum follow airflow_look(void *arg, struct buf *state, int64_t *ret_wait_ms,
    struct buf *why);

/* Is a run of the same thing for the same date queued or running? Its id
 * becomes `run`. False with a sentence: could not be told. */
bool airflow_find_akin(struct airflow *, const char *id, bool *ret_found,
    struct rest_reply *ret, struct buf *why);

#endif
