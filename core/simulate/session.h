/* SPDX-License-Identifier: BSD-2-Clause
 *
 * session.h -- one configuration, lived through one scenario, and told.
 */
#ifndef SIMULATE_SESSION_H
#define SIMULATE_SESSION_H

#include "daemon/finder.h"
#include "simulate/expect.h"
#include "simulate/options.h"

/* Starts with the first three, the rest 0. */
struct session {
	const struct options *o;
	const char *path;       /* of the scenario; NULL: none */
	bool bar;               /* a progress bar is on the terminal */
	const char *config;     /* that it is played on */
	char *own_config;
	struct conf *conf;
	struct scenario *scenario;
	struct facts *facts;
	struct expects *expects;
	struct date from, to;
	int64_t begin, until;
	int shown;              /* per cent */
	json_t *lines;          /* owned: the time line of --json */
	json_t *result;         /* owned: with --json */
	int64_t detected;       /* see expects_detected() */
};

/* False after an error in `diag`. */
bool session_load(struct session *, struct finder *, struct diag *);
/* `quiet`: prints nothing but what was asked for line by line. False after
 * an error. */
bool session_play(struct session *, bool quiet, struct diag *);
void session_free(struct session *);

#endif
