/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_feed_private.h -- what laws-feed.c and its parts share.
 */
#ifndef TESTS_PROPERTY_LAWS_FEED_PRIVATE_H
#define TESTS_PROPERTY_LAWS_FEED_PRIVATE_H

#include "journal/laws.h"
#include "laws-feed.h"

/* The names of things: where each kind of them begins. */
enum { CHECKS = 1, GATES = 101, PHASES = 201, ACTIONS = 301,
	RECOVERIES = 401, PIPELINE = 501, NOTIFIER, TARGETS,
	BREAKERS = 601,
	NAMES_MAX = 512,
	READINGS_MAX = 64 };

struct laws_feed {
	struct play *p;
	struct laws *laws;
	uint64_t seq;
	const struct told *t;           /* of this call */
	uint32_t names[NAMES_MAX];
	int32_t n_names;
	struct law_reading readings[READINGS_MAX];
	int32_t n_readings;
	struct law_basis basis;
};

/* Of what is told in this call. */
void feed_see(struct laws_feed *, struct law_fact *);
/* Those of them that are configured; borrowed until the fact is seen. */
struct law_names feed_names(struct laws_feed *, const int32_t *, int32_t n,
    enum of kind);

/* The whole graph, as it is now. */
void feed_graph(struct laws_feed *);
/* A row, and what the engine reads beside it. */
void feed_row(struct laws_feed *, const struct record *);

#endif
