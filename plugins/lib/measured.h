/* SPDX-License-Identifier: BSD-2-Clause
 *
 * measured.h -- a measurement that somebody wrote as JSON.
 */
#ifndef PLUGIN_LIB_MEASURED_H
#define PLUGIN_LIB_MEASURED_H

#include "lib/call.h"

/* {"value": 3, "expected": 5, "missing": ["a"], "extra": ["b"],
 *  "result": "warn", "unknown": "why", "remark": "text",
 *  "evidence": {"key": "text"}}
 * Value or result is needed, the rest may be absent; "unknown" stands alone.
 * Tells it to the host and returns GW_OK or GW_UNKNOWN. */
int32_t measured_json(const struct call *, const char *text, size_t len);

#endif
