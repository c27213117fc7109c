"""The history of the tables: alembic migrations."""
