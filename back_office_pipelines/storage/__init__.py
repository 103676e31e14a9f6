"""The storage room: lake (Parquet), warehouse (DuckDB) and the embedded database server."""
