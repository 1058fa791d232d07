"""Pictures: files, folders, ZIPs, Parquet columns."""
