#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Plays many simulated days, one process per core, and tells how many it did
# in a second. Each process plays seeds of its own.
#
#	tests/property/days.sh PROGRAM DAYS [FIRST-SEED [PROCESSES]]
#
# Prints one line: days, seconds (of the processors, and on the clock), days
# per second and core. Fails when an oracle does; the seed is in what the
# process printed. GATEWARDEN_CHECKS30=1 plays the fixed graph of 30 checks,
# whose figure can be compared.
set -eu
LC_ALL=C
export LC_ALL
program=$1 days=$2 first=${3:-1} n=${4:-$(nproc)}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
began=$(date +%s.%N)
i=0 pids=
while [ "$i" -lt "$n" ]; do
	(
		set +e
		GATEWARDEN_DAYS=$((days / n)) GATEWARDEN_KEPT=0 \
		    GATEWARDEN_SEED=$((first + i * 1000000)) \
		    "$program" >"$tmp/out$i" 2>&1
		echo $? >"$tmp/rc$i"
		times >"$tmp/times$i"
	) &
	pids="$pids $!"
	i=$((i + 1))
done
for pid in $pids; do
	wait "$pid"
done
ended=$(date +%s.%N)
bad=0 i=0
while [ "$i" -lt "$n" ]; do
	[ "$(cat "$tmp/rc$i")" = 0 ] || {
		bad=1
		cat "$tmp/out$i"
	}
	i=$((i + 1))
done
# the second line of `times` is what children used: 1m2.345s 0m0.012s
for f in "$tmp"/times*; do
	sed -n 2p "$f"
done | tr 'ms' '  ' | awk -v "b=$began" -v "e=$ended" -v "n=$n" \
    -v "days=$(sed -n 's/^seeds .*: \([0-9]*\) days.*/\1/p' "$tmp"/out* |
    awk '{ d += $1 } END { print d + 0 }')" '
	{ cpu += $1 * 60 + $2 + $3 * 60 + $4 }
	END {
		if (cpu <= 0)
			cpu = 0.01
		printf("days.sh: %d days by %d processes in %.1f s of " \
		    "processors, %.1f s on the clock: %d days per second " \
		    "and core\n", days, n, cpu, e - b, days / cpu)
	}'
exit $bad
