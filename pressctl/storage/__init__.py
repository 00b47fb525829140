"""SQLite behind SQLModel and Alembic. The only room that knows them."""
