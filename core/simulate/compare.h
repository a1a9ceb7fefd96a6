/* SPDX-License-Identifier: BSD-2-Clause
 *
 * compare.h -- what differs between two backtests over one history.
 */
#ifndef SIMULATE_COMPARE_H
#define SIMULATE_COMPARE_H

#include <jansson.h>
#include <stdbool.h>

/* Of two side_json()s. Owned:
 *
 *   {"findings": {"appear": [..], "disappear": [..],
 *                 "severity": [{.., "was": "warning"}],
 *                 "sooner": [{.., "by_ms": 3600000}], "later": [..]},
 *    "totals": {"findings": {"all": 40, "false": 37, ..}, "critical": ..},
 *    "messages": {"all": 893, "per_day": 9.02, "most": 15},
 *    "rules": [{"kind", "name", "fired": 18, ..}],
 *    "phases": [{"phase", "dates": 1, "total_ms": 3600000}],
 *    "starts": [{"kind", "name", "attempts": -6}]}
 *
 * Numbers are candidate minus against; lists hold only what differs. */
json_t *compare(const json_t *candidate, const json_t *against);

/* Would anything that people see be otherwise? */
bool compare_differs(const json_t *comparison);

#endif
