# tests
include tests/bench/local.mk
include tests/policy/local.mk
