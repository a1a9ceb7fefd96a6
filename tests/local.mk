# tests
include tests/bench/local.mk
include tests/property/local.mk
