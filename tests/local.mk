# tests
include tests/bench/local.mk
include tests/plugin/local.mk
include tests/policy/local.mk
