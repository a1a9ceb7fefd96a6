/* SPDX-License-Identifier: BSD-2-Clause
 *
 * measures.h -- the folds of definitions.c: from what is known to terms.
 */
#ifndef REPORT_MEASURES_H
#define REPORT_MEASURES_H

#include "report/definitions.h"

terms_fn terms_sla, terms_success, terms_coverage, terms_lateness;
terms_fn terms_zero_touch, terms_perfect, terms_messages;
terms_fn terms_mttd, terms_mttr, terms_auto_recovery, terms_transient,
    terms_false_positives;

#endif
