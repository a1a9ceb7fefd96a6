/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wanted.h -- things that have to be there, and what is wrong with each.
 */
#ifndef PLUGIN_LIB_WANTED_H
#define PLUGIN_LIB_WANTED_H

#include "lib/call.h"
#include "lib/strings.h"

/* One thing by its name. */
struct wanted_thing {
	char *name;
	int group;              /* index in the option of groups; -1: none */
	bool met;
	struct buf lacks;       /* what is wrong, as the end of a sentence;
	                           empty: nothing, or it wasn't met */
};

/* All of an instance. */
struct wanted {
	const char *names;      /* option: a list of names, or NULL */
	const char *groups;     /* option: groups with a `name`, or NULL */
	struct wanted_thing *v;
	size_t n;
	const char *absent;     /* of what isn't there; "does not exist" */
	char **extra;           /* names that nobody wants, by the option */
	size_t n_extra;
};

/* The option of things that are there without being wanted. */
#define WANTED_UNDECLARED(things) \
	{ .name = "undeclared", .type = GW_T_LIST, \
	  .help = "names, with * and ?, of " things " that are extra when " \
	      "they exist and nobody expects them" }

/* For `open`: is anything wanted, each under a name and once? */
bool wanted_check(const struct gw_host *, struct gw_ctx *, const char *names,
    const char *groups, struct buf *why);

/* What the options name; freed in any case. */
void wanted_read(const struct call *, const char *names, const char *groups,
    struct wanted *ret);
void wanted_free(struct wanted *);

#define CLEANUP_WANTED CLEANUP(wanted_free)

/* Fills {date} and the like in the names. For `open`: are they known? */
bool wanted_expand(const struct call *, struct wanted *, struct buf *why);
bool wanted_check_templates(const struct gw_host *, struct gw_ctx *,
    const char *names, struct buf *why);

/* One of exactly this name; NULL: nobody wants it. */
struct wanted_thing *wanted_find(const struct wanted *, const char *name);

/* It exists. NULL: nobody wants it; then it may be extra, by the option
 * "undeclared". The text is that after the last slash of `name`. */
struct wanted_thing *wanted_met(const struct call *, struct wanted *,
    const char *name);
/* The same by all of the name. */
struct wanted_thing *wanted_met_exactly(const struct call *, struct wanted *,
    const char *name);

/* Member of the thing's group; NULL: not set. */
const char *wanted_text(const struct call *, const struct wanted *,
    const struct wanted_thing *, const char *member);
int64_t wanted_integer(const struct call *, const struct wanted *,
    const struct wanted_thing *, const char *member);
uint32_t wanted_count(const struct call *, const struct wanted *,
    const struct wanted_thing *, const char *member);
const char *wanted_item(const struct call *, const struct wanted *,
    const struct wanted_thing *, const char *member, uint32_t i);

/* Value, expected, missing, and the reasons. Returns GW_OK. */
int32_t wanted_tell(const struct call *, const struct wanted *);

/* What follows the last slash. */
const char *last_part(const char *name);

#endif
