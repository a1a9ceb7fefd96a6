# core/worker
noinst_HEADERS += core/worker/pool.h
