#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Every plugin exports exactly one symbol, gw_plugin, and needs none of ours:
# it is built against the SDK header alone. Looks at what was built.
set -u

found=0 bad=0
for so in plugins/*/.libs/*.so; do
	[ -e "$so" ] || continue
	found=$((found + 1))
	names=$(nm -D --defined-only "$so" | awk '{ print $NF }')
	if [ "$names" != gw_plugin ]; then
		echo "$so exports:" $names
		bad=$((bad + 1))
	fi
	# whatever isn't a library's (they have versions) or the sanitizers'
	ours=$(nm -D --undefined-only "$so" | awk '{ print $NF }' |
		grep -E '^(gw_|plugin_|conf_|journal_|engine_|text_|wire_)')
	if [ -n "$ours" ]; then
		echo "$so needs from the host:" $ours
		bad=$((bad + 1))
	fi
	case $(readelf -d "$so" | grep NEEDED) in
	*libuv*|*libconfig*)
		echo "$so is linked to a library of the daemon's"
		bad=$((bad + 1)) ;;
	esac
done

src=${srcdir:-.}
# SDK header, plugins/lib, plugins/gate, libraries: nothing of the core
if grep -nE '#include "(base|calendar|config|control|daemon|engine|host|journal|worker)/' \
	"$src"/plugins/*/*.[ch]; then
	echo "a plugin includes a header of the core"
	bad=$((bad + 1))
fi

if [ "$found" -eq 0 ]; then
	echo "skipped: no plugins have been built here"
	exit 77
fi
echo "$found plugins, $bad findings"
[ "$bad" -eq 0 ]
