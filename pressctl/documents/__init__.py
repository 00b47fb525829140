"""Out of the system: Word forms, reports, calendars."""
