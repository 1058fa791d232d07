"""Tables in files: delimited text, JSON, Parquet, Excel."""
