# core/config
noinst_HEADERS += core/config/conf.h
