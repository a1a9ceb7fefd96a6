/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard.h -- a look at a file before libconfig parses it. Internal to
 * config.
 */
#ifndef CONFIG_GUARD_H
#define CONFIG_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "config/node.h"

enum { GUARD_SETTINGS = 5000, GUARD_DEPTH = 32 };

/* True: libconfig may parse it, and means what is written. */
bool guard_check(const struct conf_file *, const char *bytes, size_t len,
    struct diag *);

#endif
