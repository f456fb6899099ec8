"""The race of spatial queries: Pilji, SedonaDB and DuckDB on the same GeoParquet, each inside a process of its own.

Reading order: `data` makes the files, `questions` says what is asked, `runners` asks one engine, `__main__` is `make space`.
"""
