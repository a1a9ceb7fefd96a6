/* SPDX-License-Identifier: BSD-2-Clause
 *
 * index.h -- objects of a loaded configuration by name. Internal to config.
 */
#ifndef CONFIG_INDEX_H
#define CONFIG_INDEX_H

#include "config/conf.h"

/* Fills and frees `index` of a configuration and its graph. */
void conf_index_make(struct conf *);
void conf_index_free(struct conf *);

#endif
