/* SPDX-License-Identifier: BSD-2-Clause
 *
 * findings.h -- findings as JSON, and counted.
 */
#ifndef DAEMON_FINDINGS_H
#define DAEMON_FINDINGS_H

#include <jansson.h>
#include <stdio.h>

#include "base/diag.h"

/* [{"level", "file", "line", "sentence"}], by place; owned. */
json_t *findings_json(struct diag *);

/* "2 errors, 1 warning", "no errors, no warnings". */
void findings_summary(const struct diag *, FILE *);

#endif
