include core/daemon/verbs.mk
