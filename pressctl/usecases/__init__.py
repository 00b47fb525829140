"""One function per verb: load facts, ask the core, save with the log entry, return a result."""
