# tests
include tests/plugin/local.mk
include tests/bench/local.mk
include tests/property/local.mk
include tests/policy/local.mk
include tests/docs/local.mk
