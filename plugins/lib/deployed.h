/* SPDX-License-Identifier: BSD-2-Clause
 *
 * deployed.h -- what was deployed, against what has to be.
 */
#ifndef PLUGIN_LIB_DEPLOYED_H
#define PLUGIN_LIB_DEPLOYED_H

#include "lib/cloud.h"
#include "lib/wanted.h"

struct deployed_kind {
	const char *name;               /* "service" */
	const char *endpoint;           /* where it is asked for */
	const char *member;             /* of a list: "services" */
	bool has_revision, has_image;
	/* What it lacks, compared with the members of its group: revision,
	 * image, env. */
	void (*check)(const struct call *, const struct wanted *,
	    struct wanted_thing *, const json_t *);
};

/* "service", "job", "function"; NULL: none of them. */
const struct deployed_kind *deployed_kind(const char *name);

/* For `open`: does the kind have what the group asks for? */
bool deployed_check_group(const struct deployed_kind *, const struct call *,
    const struct wanted *, const struct wanted_thing *, struct buf *why);

#endif
