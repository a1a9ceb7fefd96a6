/* SPDX-License-Identifier: BSD-2-Clause
 *
 * secrets.h -- an instance's options with the secrets that they refer to.
 */
#ifndef DAEMON_SECRETS_H
#define DAEMON_SECRETS_H

#include <jansson.h>
#include <stddef.h>

enum { SECRETS_MAX = 16 };

/* What must not be seen in what comes back; borrowed from the options. */
struct secrets {
	const char *v[SECRETS_MAX];
	size_t n;
	char *why;              /* owned: one can't be read */
};

/* The options with each reference replaced; owned, for secrets_forget. NULL:
 * one can't be read, and `why` says which. The options themselves where they
 * have none. */
json_t *secrets_reveal(const json_t *options, struct secrets *);

/* Secrets don't outlive the call: wiped, then freed. NULL is fine. */
void secrets_forget(json_t *options);

/* Each reference among the options, with the option that has it. */
void secrets_each(const json_t *options, void (*each)(void *arg,
    const char *option, const char *reference), void *arg);

#endif
