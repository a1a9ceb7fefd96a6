/* SPDX-License-Identifier: BSD-2-Clause
 *
 * template_json.h -- placeholders in the strings of a JSON document.
 */
#ifndef PLUGIN_LIB_TEMPLATE_JSON_H
#define PLUGIN_LIB_TEMPLATE_JSON_H

#include <jansson.h>

#include "lib/template.h"

/* For `open`: parses a body and checks the placeholders of its strings.
 * Returns owned, or NULL with a sentence. */
json_t *template_json_parse(uint32_t kind, const char *what,
    const char *text, struct buf *why);

/* A copy with values; a string that is exactly {missing} or {failing}
 * becomes a list. Keys stay as they are. Returns owned, or NULL. */
json_t *template_json_expand(const struct call *, const json_t *,
    struct buf *why);

/* The same, appended as text. */
bool template_json_text(const struct call *, const json_t *, struct buf *out,
    struct buf *why);

#endif
