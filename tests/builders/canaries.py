"""Finds a text wherever a database or a folder of files may hold it."""

from pathlib import Path

from sqlalchemy import text

from shared.database.engine import Database

_COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2
"""


async def cells_with(database: Database, *words: str) -> set[str]:
    """`table.column` of every cell that holds one of the words, in text or in bytes."""
    found = set()
    async with database.read() as session:
        for table, column, kind in (await session.execute(text(_COLUMNS))).all():
            shown = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            for word in words:
                query = text(f'SELECT EXISTS (SELECT FROM "{table}" WHERE position(:word in {shown}) > 0)')
                if await session.scalar(query, {"word": word}):
                    found.add(f"{table}.{column}")
    return found


def files_with(folder: Path, *words: str) -> set[str]:
    """The files whose name or bytes hold one of the words."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(word in str(path) or word.encode() in path.read_bytes() for word in words)
    }
