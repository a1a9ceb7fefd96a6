/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs.h -- the verb table: what can be asked, by whom, with what.
 *
 * One table drives dispatch and argument checking in the daemon, and
 * parsing, help, completion and the manual page in the client. A verb is
 * its method on the socket too, with the same words.
 */
#ifndef CONTROL_VERBS_H
#define CONTROL_VERBS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum level { LEVEL_NONE, LEVEL_OBSERVE, LEVEL_REPORT, LEVEL_OPERATE,
	LEVEL_ADMIN };

const char *level_name(enum level);

enum param_type {
	PARAM_TEXT,             /* any text */
	PARAM_NAME,             /* of an object */
	PARAM_DATE,             /* "2026-01-16" or "last" */
	PARAM_COUNT,            /* integer, 1 and up */
	PARAM_DURATION,         /* "30m" */
	PARAM_INSTANT,          /* "09:00", "2026-01-16 09:00", RFC 3339, or a
	                           duration from now */
	PARAM_FLAG,             /* boolean */
	PARAM_CHOICE,           /* one of `choices` */
	PARAM_WORDS,            /* list of texts; the rest of the line */
	PARAM_SCOPE,            /* "all", PHASE, "recovery NAME",
	                           "pipeline NAME" */
	PARAM_PATH              /* of a file; the client's alone */
};

enum {
	PARAM_NEEDED = 1 << 0,
	PARAM_PLACE = 1 << 1,   /* by place on the command line, in order;
	                           the others are --name */
	PARAM_REST = 1 << 2     /* takes all words that are left, joined */
};

struct param {
	const char *name;       /* member of `params`, and --name */
	enum param_type type;
	unsigned flags;
	const char *shown;      /* "PHASE"; NULL for flags */
	const char *help;       /* one line */
	const char *choices;    /* "start|done|failed" */
};

enum {
	VERB_LOCAL = 1 << 0,    /* answered by the client alone */
	VERB_STREAM = 1 << 1,   /* notifications may come before the answer or
	                           after it */
	VERB_TOP = 1 << 2,      /* stands in the short help */
	VERB_TWO = 1 << 3,      /* asked twice: shown, then done as seen */
	VERB_ACTS = 1 << 4,     /* changes something, and so takes `dry_run`,
	                           which stands in no row */
	VERB_WITHIN = 1 << 5    /* reaches nothing outside the daemon: a dry
	                           run does it, too */
};

enum { PARAMS_MAX = 16 };

struct verb {
	const char *name;       /* "gate wait" */
	enum level level;
	unsigned flags;
	const char *help;       /* one line */
	const char *more;       /* paragraph of the long help */
	const char *examples;   /* lines: command, two blanks, what it does */
	struct param params[PARAMS_MAX + 1];    /* ends with name NULL */
};

/* The rows of verbs_report.c, which verb_at() counts in. */
const struct verb *verb_report_at(size_t i);
/* NULL past the end. The order is that of the manual. */
const struct verb *verb_at(size_t i);
const struct verb *verb_find(const char *name);
/* The nearest verb's name, or NULL. */
const char *verb_nearest(const char *word);
const struct param *verb_param(const struct verb *, const char *name);
/* Its rows', then what its flags bring; NULL past the end. */
const struct param *verb_param_at(const struct verb *, size_t i);

/* Are these the verb's params? NULL: yes. Else the `data` of an error,
 * owned: {"argument", "expected", "nearest"}, with the sentence in
 * *ret_sentence (owned, free()). */
json_t *verb_check(const struct verb *, const json_t *params,
    char **ret_sentence);

/* What a value of the param looks like, for "expected". */
const char *param_expected(const struct param *);

/* What an exit code means: ONE table, for the client and the manual. */
enum exit_code {
	EXIT_OPEN = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_UNREACHABLE = 3,
	EXIT_REFUSED = 4, EXIT_SERVER = 5, EXIT_FORBIDDEN = 6,
	EXIT_DEGRADED = 10,
	EXIT_WAITING = 11, EXIT_BLOCKED = 12, EXIT_UNKNOWN = 13
};

struct exit_meaning {
	enum exit_code code;
	const char *word;
	const char *meaning;
};

/* NULL past the end. */
const struct exit_meaning *exit_meaning_at(size_t i);

#endif
