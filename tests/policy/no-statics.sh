#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# No mutable statics: what a function does is told by what it is given. The
# exceptions are named below: what a signal handler can reach, how much a
# process logs, and the connections that instances of a worker share.
. "$(dirname "$0")/policy.sh"
need objdump

# Reads "OBJECT SECTION SYMBOL" and prints what can be written. Tables of
# pointers lie in .data.rel.ro: they are made once, then read-only.
mutable() {
	grep -E '^[^ ]+ (\*COM\*|\.(data|bss|tdata|tbss)(\.[^ ]*)?) ' |
	grep -vE '^[^ ]+ \.data\.rel\.ro' |
	grep -vE ' __(asan|odr|sanitizer|ubsan|gcov|llvm)[^ ]*$' |
	grep -vE '^core/host/[^ ]*main\.o [^ ]+ stop$' |
	grep -vE '^core/base/[^ ]*log\.o [^ ]+ least$' |
	grep -vE '^plugins/lib/[^ ]*(db_keep|http_client)\.o [^ ]+ kept$' |
	grep -vE '^core/simulate/[^ ]*builtin\.o [^ ]+ never$' || :
}

must_find mutable 'core/base/log.o .bss level'
must_find mutable 'core/base/log.o .data.level level'
must_find mutable 'core/base/log.o *COM* level'
must_find mutable 'core/base/log.o .tbss level'
must_pass mutable 'core/base/log.o .data.rel.ro.local names.1'
must_pass mutable 'core/base/log.o .rodata names'
must_pass mutable 'core/host/gatewarden_host-main.o .bss stop'

find core plugins -name '*.o' 2>/dev/null | sort >"$tmp/objects"
[ -s "$tmp/objects" ] || skip "run it in a build directory"
while read -r o; do
	objdump -t "$o" | awk -v o="$o" \
		'/ O |\*COM\*/ { print o, $(NF - 2), $NF }'
done <"$tmp/objects" >"$tmp/symbols"
[ -s "$tmp/symbols" ] || {
	echo "$0: no symbol can be read"
	exit 1
}
mutable <"$tmp/symbols" | sort -u | sed 's/^/mutable: /' >"$tmp/found"
conclude "$tmp/found"
