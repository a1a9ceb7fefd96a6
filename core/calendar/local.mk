# core/calendar
