/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scenario_read.h -- what the readers of a scenario share. Internal to
 * scenario*.c.
 */
#ifndef SIMULATE_SCENARIO_READ_H
#define SIMULATE_SCENARIO_READ_H

#include "config/node.h"
#include "simulate/scenario.h"

struct reader {
	struct scenario *s;
	const struct conf *conf;
	struct diag *diag;
};

/*------------------------------------------------------------------ values */

/* A member that isn't among those known (NULL ends) is a finding. */
void read_member(struct reader *, const struct node *, const char *what,
    const char *const *known);
void read_members(struct reader *, const struct node *group,
    const char *what, const char *const *known);

/* A member's text; NULL: absent, or a finding. */
const char *read_text(struct reader *, const struct node *group,
    const char *name);
/* The same of a node. */
const char *read_text_of(struct reader *, const struct node *);
/* -1: absent, or a finding. */
int64_t read_count(struct reader *, const struct node *group,
    const char *name);
/* -1: absent, or a finding. */
int read_flag(struct reader *, const struct node *group, const char *name);
/* A date; false: absent, or a finding. */
bool read_date(struct reader *, const struct node *group, const char *name,
    struct date *ret);
/* One of these words (NULL ends), by number; NONE: absent, or a finding. */
int32_t read_word(struct reader *, const struct node *group,
    const char *name, const char *const *words);

struct origin read_origin(const struct node *);

/*------------------------------------------------------------------- names */

enum name_kind { NAME_CHECK, NAME_PHASE, NAME_GATE, NAME_RECOVERY,
	NAME_ACTION, NAME_PIPELINE, NAME_NOTIFIER };

/* An object by the name that stands in a node; NONE with a finding. */
int32_t read_name(struct reader *, enum name_kind, const struct node *);
/* NONE: there is none, and nothing is said. */
int32_t find_name(const struct conf *, enum name_kind, const char *);
/* A list of checks, or one; what isn't one is a finding. */
const int32_t *read_checks(struct reader *, const struct node *list,
    int32_t *ret_n);
/* What a finding may be rooted at: the name of a phase, a gate or a check.
 * NULL: absent, or a finding. */
const char *read_root_name(struct reader *, const struct node *group,
    const char *name);

/*------------------------------------------------------------------- times */

/* "+1d 07:00", "17:00", "+6h" of a date; or an instant. False: a finding. */
bool read_when(struct reader *, const struct node *, const char *text,
    struct when *ret);
/* A member, of this date (NULL: only an instant will do); INSTANT_NONE:
 * absent, or a finding. */
int64_t read_instant(struct reader *, const struct node *group,
    const char *name, int32_t pipeline, const struct date *);

/*------------------------------------------------------------------- parts */

void read_recorded(struct reader *, const struct node *list);
void read_events(struct reader *, const struct node *list);
void read_expects(struct reader *, const struct node *list);
void read_about(struct reader *, const struct node *);
/* The model of an action's runs, without its name. */
void read_model(struct reader *, const struct node *group,
    struct scenario_action *ret);

/* A group on one line: "phase predict, date 2026-01-16, state blocked";
 * valid as long as the scenario. */
const char *read_as_written(struct reader *, const struct node *group);

#endif
