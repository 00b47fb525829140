"""The only rooms that know the database and its libraries. Each imports only from those below it:

- restore: a backup put in place of the database
- backup: one file with everything in it
- soundness: whether all is whole; traces: what is left of words that were to be forgotten
- database: one database as its users see it: made, found, upgraded, read, written
- unreferenced: attached files nobody needs; schema: compared with the migrations; quick: reading without the ORM
- unit_of_work: one transaction with its log entries, or nothing
- repository: rows to facts and back
- log: the hash-chained log
- tables: the columns; notices: a notice in its row; attachments: stored files; revisions: migrations; place: what stands
  at a path; dialect: statements in SQLite's own words
- sqlite: what else is the engine's own: connections, locks, PRAGMAs
- connection: a file opened by its path; complaints: what the driver says, in words
"""
