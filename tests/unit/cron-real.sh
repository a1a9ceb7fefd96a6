#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The cron lines of a real pipeline parse and fire where a walk over all
# minutes says; a test of its own, so that a missing file shows as a skip.
exec /usr/bin/python3 "$(dirname "$0")/cron-oracle.py" --real
