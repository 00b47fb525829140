"""What the regulation means: terms, facts, working days, workflow, rules. Standard library only, no I/O, no clock."""
