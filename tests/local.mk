# tests
include tests/plugin/local.mk
include tests/bench/local.mk
