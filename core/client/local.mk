# core/client
