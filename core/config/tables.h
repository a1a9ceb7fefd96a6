/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tables.h -- what the tables of conf.d share. Private to tables*.c.
 */
#ifndef CONFIG_TABLES_H
#define CONFIG_TABLES_H

#include "config/keys.h"

#define AT_OF(type, member) offsetof(struct type, member)

#define CHECKS KIND_BIT(KIND_CHECK)

#define COUNT_MOST 1000000
#define DAY_MS 86400000LL

/* info, warning, critical */
extern const struct choice severities[];

#endif
