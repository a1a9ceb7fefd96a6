/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verify_ci.h -- what verify found, for a CI.
 */
#ifndef CLIENT_VERIFY_CI_H
#define CLIENT_VERIFY_CI_H

#include "client/out.h"

void verify_junit(struct out *, const json_t *result);
void verify_tap(struct out *, const json_t *result);

#endif
