# tests
include tests/plugin/local.mk
