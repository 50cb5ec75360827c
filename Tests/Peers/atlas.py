"""Opens an exported folder with Embedding Atlas itself and prints what its page would load, as JSON: run by EngineTests.

Usage: atlas.py FOLDER COMMAND, the command as `latent export` names it.
"""

import json
import os
import shlex
import sys

os.environ["XDG_CACHE_HOME"] = os.path.abspath("cache")

import duckdb
from click.testing import CliRunner
from embedding_atlas.cli import main

folder, command = sys.argv[1:]
words = shlex.split(command)[1:]
# With a column of importances it computes none, for which it would need umap-learn.
result = CliRunner().invoke(main, words + ["--pagerank", "x", "--export-application", "site"])
assert result.exit_code == 0, (result.output, result.exception)
theirs = json.load(open("site/data/metadata.json"))
ours = json.load(open(folder + "/data/metadata.json"))
rows = f"'{folder}/data/dataset.parquet'"
answer = {
    "theirs": theirs["props"]["data"],
    "ours": ours["props"]["data"],
    "database": [theirs["database"], ours["database"]],
    "rows": duckdb.sql(f"SELECT count(*) FROM 'site/data/dataset.parquet'").fetchall()[0][0],
    "page": os.path.exists("site/index.html"),
    "first": duckdb.sql(f"SELECT x, y, len(neighbours.ids), neighbours.distances[1], picture FROM {rows} LIMIT 1").fetchall()[0],
}
print(json.dumps(answer))
