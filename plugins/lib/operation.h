/* SPDX-License-Identifier: BSD-2-Clause
 *
 * operation.h -- names that a far end can recognize an operation by.
 */
#ifndef PLUGIN_LIB_OPERATION_H
#define PLUGIN_LIB_OPERATION_H

#include "lib/call.h"

/* How a name has to look. */
struct operation_form {
	const char *plain;      /* characters that may stand in it */
	char other;             /* in the place of all others */
	bool lower;             /* letters become lower-case first */
	size_t most;            /* bytes, with the prefix */
};

/* Appends `prefix`, the pipeline and the operation of the running call. Two
 * operations never have the same name: where a character had to be replaced
 * or left out, a digest of the whole is part of it. False with a sentence:
 * this call has no operation. */
bool operation_name(const struct call *, const char *prefix,
    const struct operation_form *, struct buf *out, struct buf *why);

/* Are both names of attempts at the same thing for the same date? */
bool operation_akin(const char *a, const char *b);

#endif
