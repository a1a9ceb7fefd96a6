/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs_table.h -- what the files that hold rows of the verb table share.
 */
#ifndef CONTROL_VERBS_TABLE_H
#define CONTROL_VERBS_TABLE_H

#include "control/verbs.h"

#define PLACE_(n, t, f, s, h) { n, t, PARAM_PLACE | (f), s, h, NULL }
#define OPTION_(n, t, f, s, h) { n, t, f, s, h, NULL }
#define FLAG_(n, h) { n, PARAM_FLAG, 0, NULL, h, NULL }

/* The rows of verbs_told.c, verbs_deploy.c and verbs_local.c; NULL past the
 * end. */
const struct verb *verb_told_at(size_t i);
const struct verb *verb_deploy_at(size_t i);
const struct verb *verb_local_at(size_t i);

#endif
