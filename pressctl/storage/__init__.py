"""The only rooms that know the database and its libraries. Each imports only what stands below it:

    restore                            a backup put in place of the database
    backup                             one file with everything in it
    soundness, traces                  whether all is whole; what is left of words that were forgotten
    database                           one database as its users see it: made, found, upgraded, read, written
    unreferenced, schema, quick        attachments nobody needs; the schema compared; reading without the ORM
    unit_of_work                       one transaction with its log entries, or nothing
    repository                         rows to facts and back
    log                                the hash-chained log
    tables, attachments, revisions, place
                                       columns; stored files; migrations; what stands at a path
    sqlite                             what is the engine's own: connections, locks, PRAGMAs
    connection, complaints             opening a file by its path; what the driver says, in words
"""
