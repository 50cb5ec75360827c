"""Prints what pyarrow, pandas and Embedding Atlas read in a Parquet file, as JSON: run by ExchangeTests."""

import json
import sys

import pyarrow.parquet as parquet

file = parquet.ParquetFile(sys.argv[1])
table = file.read()
table.validate(full=True)
answer = {
    "rows": table.num_rows,
    "groups": file.num_row_groups,
    "types": {field.name: str(field.type) for field in table.schema},
    "about": {
        key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()
    },
    "first": table.slice(0, 3).to_pylist(),
    "last": table.slice(table.num_rows - 1, 1).to_pylist(),
}
try:
    import duckdb

    answer["duckdb"] = duckdb.sql(f"SELECT count(*) FROM '{sys.argv[1]}'").fetchall()[0][0]
except ImportError:
    pass
try:
    from embedding_atlas.utils import load_pandas_data

    frame = load_pandas_data(sys.argv[1])
    answer["atlas"] = [len(frame), sorted(frame.columns)]
except ImportError:
    pass
print(json.dumps(answer, default=str))
