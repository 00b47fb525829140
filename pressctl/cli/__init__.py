"""Words in, words out: a command parses, calls one use case, prints."""
