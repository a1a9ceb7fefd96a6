/* SPDX-License-Identifier: BSD-2-Clause
 *
 * gatewarden/plugin.h -- all that a plugin includes.
 *
 * A plugin is one shared object that exports one symbol, `gw_plugin`, made
 * with GW_PLUGIN below. It runs in a process of its own (gatewarden-host),
 * never in the daemon: it may block, and a crash costs one result.
 *
 *      load -> open -> call, call, ... -> close -> exit
 *
 * One thread, one call at a time. `exit`, `fork` and `abort` hurt only the
 * plugin itself. Standard output and error are captured and kept.
 *
 * Strings from the host are UTF-8, belong to the host and stay valid until
 * the callback that asked for them returns; strings given to the host are
 * copied. Durations and instants are milliseconds, instants since
 * 1970-01-01 00:00 UTC.
 *
 * STABILITY: this header only grows, at the end of its structs. A plugin
 * built against it runs on every later host with the same GW_ABI. A plugin
 * built against a newer header runs on an older host as long as it tests
 * GW_HAS before it calls what was added.
 */
#ifndef GATEWARDEN_PLUGIN_H
#define GATEWARDEN_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GW_ABI 1

/* Is `member` there in a host (or any struct with `size`) of this age? */
#define GW_HAS(p, type, member) \
	((p)->size >= offsetof(type, member) + sizeof((p)->member) && \
	 (p)->member)

struct gw_ctx;                          /* one open instance; opaque */

/* What a plugin is: gw_plugin.kind. */
#define GW_CHECK     1                  /* measures one thing for a date */
#define GW_GATE      2                  /* combines results into a verdict */
#define GW_ACTION    3                  /* does something for a date */
#define GW_NOTIFIER  4                  /* delivers a message */

/* What `call` returns. */
#define GW_OK        0      /* check: measured; action: done; notifier: the
                               far end said that it has the message */
#define GW_UNKNOWN   1      /* could not tell; say why with `remark`. Never
                               a substitute for zero. Action: whether it
                               happened; `probe` is asked, then evidence */
#define GW_FAILED    2      /* action, notifier: failed; see `failure` */

/* Results, as a gate meets them in gw_input.result. */
#define GW_R_PASS 0
#define GW_R_WARN 1
#define GW_R_FAIL 2
#define GW_R_UNKNOWN 3
#define GW_R_SKIP 4                     /* nothing owed */
#define GW_R_NOT_DUE 5                  /* bad, but not yet due */

/* Verdicts of a gate, best first. */
#define GW_V_OPEN 0
#define GW_V_DEGRADED 1
#define GW_V_WAITING 2                  /* time may still open it */
#define GW_V_UNKNOWN 3
#define GW_V_BLOCKED 4

/* Severities. */
#define GW_S_NONE 0
#define GW_S_INFO 1
#define GW_S_WARNING 2
#define GW_S_CRITICAL 3

/* Classes of failure: what a retry may hope for. */
#define GW_F_TRANSIENT 1                /* may work when tried again */
#define GW_F_NOT_YET 2                  /* too early; try again later */
#define GW_F_PERMANENT 3                /* will not work by trying again */
#define GW_F_CONFIG 4                   /* the configuration is wrong */

/* Levels of `log`. */
#define GW_L_DEBUG 0
#define GW_L_INFO 1
#define GW_L_WARNING 2
#define GW_L_ERROR 3

/* Types of an option, and the accessor that reads it. */
#define GW_T_STRING 1                   /* text */
#define GW_T_INT 2                      /* integer; min, max */
#define GW_T_NUMBER 3                   /* number */
#define GW_T_BOOL 4                     /* integer: 0 or 1 */
#define GW_T_DURATION 5                 /* integer: ms, from "90s", "2h" */
#define GW_T_SIZE 6                     /* integer: bytes, from "64KiB" */
#define GW_T_LIST 7                     /* count, item: strings */
#define GW_T_ENUM 8                     /* text: one of choices */
#define GW_T_SECRET 9                   /* text: resolved from file:, env:
                                           or cred:; never printed */
#define GW_T_DATABASE 10                /* name of a database object; its
                                           options are read as text of
                                           "NAME.driver", "NAME.path",
                                           "NAME.dsn" with NAME the option */
#define GW_T_GROUPS 11                  /* list of groups; count, and text,
                                           integer, number of "NAME.I.KEY" */

/* Flags of an option. */
#define GW_REQUIRED 1u

struct gw_option {
	const char *name;               /* NULL ends the table */
	uint32_t type;                  /* GW_T_... */
	uint32_t flags;
	int64_t min, max;               /* both 0: unbounded */
	const char *fallback;           /* default in conf.d syntax, or NULL */
	const char *const *choices;     /* GW_T_ENUM: NULL-terminated */
	const struct gw_option *members;/* GW_T_GROUPS: table of a group */
	const char *help;               /* one sentence, for the manual page */
};

/* One input of a gate. `size` is set by the host. Unknown numbers are NaN. */
struct gw_input {
	uint32_t size;
	int32_t result;                 /* GW_R_... */
	const char *name;               /* of the check */
	const char *item;               /* what the check stands for */
	double value, expected;
	int64_t missing;                /* exact count; the list is capped */
	int64_t age_ms;                 /* since it was measured; -1: never */
	int64_t due;                    /* instant; INT64_MIN: none */
};

/* What the host offers. Passed to `open` and kept by the plugin; valid until
 * `close` returns. None of these blocks. */
struct gw_host {
	uint32_t size;
	uint32_t abi;

	/* Options of this instance; validated by the host against the table.
	 * An option that is not set and has no fallback reads NULL, 0, NaN. */
	const char *(*text)(struct gw_ctx *, const char *option);
	int64_t (*integer)(struct gw_ctx *, const char *option);
	double (*number)(struct gw_ctx *, const char *option);
	uint32_t (*count)(struct gw_ctx *, const char *option);
	const char *(*item)(struct gw_ctx *, const char *option, uint32_t i);

	/* Parameters of the running call (`call` only). Always there: "date",
	 * "now" (RFC 3339), "pipeline", "instance". An action also has
	 * "phase", "operation", "attempt"; a notifier "id", "kind",
	 * "severity", "incident", "title", "text" and more, see the manual.
	 * A check of a database with a budget has "budget_bytes": what it may
	 * cost; what it has cost is told as evidence "bytes_billed".
	 * Lists: "missing", "failing". A parameter that is not there is
	 * NULL. They are data in every context, never text to be parsed. */
	const char *(*param)(struct gw_ctx *, const char *name);
	uint32_t (*param_count)(struct gw_ctx *, const char *name);
	const char *(*param_item)(struct gw_ctx *, const char *name,
	    uint32_t i);
	int64_t (*now)(struct gw_ctx *);        /* the pipeline's clock */
	int64_t (*anchor)(struct gw_ctx *);     /* of the date */

	/* Time left until the deadline, in ms of real time; at 0 the host
	 * asks to stop, and a little later the process is killed. */
	int64_t (*remaining_ms)(struct gw_ctx *);
	int32_t (*cancelled)(struct gw_ctx *);

	/* One line for the operator: what was seen, or why not. */
	void (*remark)(struct gw_ctx *, const char *fmt, ...);
	void (*log)(struct gw_ctx *, int32_t level, const char *fmt, ...);

	/* Checks. The core compares and judges; a check only measures. A
	 * count is exact up to 2^53; NaN and infinity are refused. Missing
	 * items beyond the host's cap are counted, not listed. */
	void (*value)(struct gw_ctx *, double v);
	void (*expected)(struct gw_ctx *, double v);
	void (*missing)(struct gw_ctx *, const char *item);
	void (*extra)(struct gw_ctx *, const char *item);
	void (*evidence)(struct gw_ctx *, const char *key, const char *text);
	/* What was asked has judged already (a monitoring plugin's exit
	 * code): GW_R_PASS, _WARN or _FAIL; the core keeps the worse of it
	 * and its own limits. Needs no value. */
	void (*stated)(struct gw_ctx *, int32_t result);
	void (*set_anchor)(struct gw_ctx *, int64_t instant);
	void (*set_kind)(struct gw_ctx *, const char *day_kind);

	/* Gates. Pure: everything comes from here, nothing from outside. */
	uint32_t (*inputs)(struct gw_ctx *);
	int32_t (*input)(struct gw_ctx *, uint32_t i, struct gw_input *ret);
	void (*verdict)(struct gw_ctx *, int32_t verdict);
	void (*severity)(struct gw_ctx *, int32_t severity);
	void (*reason)(struct gw_ctx *, const char *fmt, ...);
	void (*opens_with)(struct gw_ctx *, const char *input);
	void (*next_change)(struct gw_ctx *, int64_t instant);

	/* Actions and notifiers: how it failed, and how long the far end
	 * asks to wait (0: did not say). Default GW_F_TRANSIENT. */
	void (*failure)(struct gw_ctx *, int32_t f_class,
	    int64_t retry_after_ms);

	/* Notifiers: what the far end calls what it has, such as the number
	 * of a post; more than 500 bytes aren't kept. It is kept durably,
	 * even when the call then fails, and comes back as param "receipt"
	 * with the next try and the next message of the same incident, so
	 * that a message can be edited instead of sent anew. */
	void (*receipt)(struct gw_ctx *, const char *text);
};

/* The plugin. `size`, `option_size` and `abi` are filled by GW_PLUGIN. */
struct gw_plugin {
	uint32_t abi, size;
	uint32_t kind, option_size;
	const char *name, *version, *summary;
	const struct gw_option *options;        /* ends with name NULL */

	/* Called once, before the first call; may block until its deadline.
	 * Checks what the option table can't express; on failure `remark`
	 * says why and GW_FAILED is returned. *ret_self is the plugin's own. */
	int32_t (*open)(struct gw_ctx *, const struct gw_host *,
	    void **ret_self);

	/* Called for each measurement, evaluation, run or delivery. May
	 * block until `remaining_ms` is 0. Returns GW_OK, GW_UNKNOWN or
	 * GW_FAILED. */
	int32_t (*call)(struct gw_ctx *, void *self);

	/* Called once after the last call. May be NULL. Must not block. */
	void (*close)(struct gw_ctx *, void *self);

	/* Actions, optional: did the operation named by param "operation"
	 * happen? GW_OK: yes; GW_FAILED: no; GW_UNKNOWN: can't tell. Asked
	 * after a crash. May block. */
	int32_t (*probe)(struct gw_ctx *, void *self);
};

#if defined(__GNUC__)
#define GW_EXPORT __attribute__((visibility("default")))
#else
#define GW_EXPORT
#endif

/* GW_PLUGIN(.kind = GW_CHECK, .name = "hello", ...); C only: a C++ plugin
 * fills abi, size and option_size itself. */
#define GW_PLUGIN(...) \
	extern GW_EXPORT const struct gw_plugin gw_plugin; \
	const struct gw_plugin gw_plugin = { \
		.abi = GW_ABI, .size = sizeof(struct gw_plugin), \
		.option_size = sizeof(struct gw_option), __VA_ARGS__ }

#ifdef __cplusplus
}
#endif
#endif
