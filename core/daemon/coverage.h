/* SPDX-License-Identifier: BSD-2-Clause
 *
 * coverage.h -- what of each phase is watched, told, repaired and gated, and
 * what isn't: computed from the configuration.
 */
#ifndef DAEMON_COVERAGE_H
#define DAEMON_COVERAGE_H

#include <jansson.h>

#include "config/conf.h"

/* What only a running daemon knows; NULL where there is none. */
struct coverage_facts {
	const json_t *delivered;        /* {notifier: wall ms of the last
	                                   delivery} */
	const bool *asks;       /* by phase: a permit was asked for */
};

/* {"live", "pipelines": [{"pipeline", "mode", "rule", "phases": [{"phase",
 * "rule", "due", "told", "repaired", "gated", "fix"}]}], "scores":
 * [{"score", "have", "partly", "of", "percent", "means"}], "gaps":
 * [{"pipeline", "phase", "what", "state", "why", "rule"}]}; each of a phase's
 * five is {"state": "yes"|"partly"|"no"|"none_needed", "how"}. Owned. */
json_t *coverage_json(const struct conf *, const struct coverage_facts *);

#endif
