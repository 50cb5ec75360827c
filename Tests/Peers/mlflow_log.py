"""Prints what MLflow reads in a store, as JSON: run by ExchangeTests."""

import json
import os
import sys

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["DO_NOT_TRACK"] = "true"

from mlflow import MlflowClient

client = MlflowClient(f"sqlite:///{sys.argv[1]}")
answer = {"experiments": [], "runs": []}
experiments = client.search_experiments()
answer["experiments"] = sorted(experiment.name for experiment in experiments)
for run in client.search_runs([experiment.experiment_id for experiment in experiments]):
    answer["runs"].append(
        {
            "name": run.info.run_name,
            "experiment": client.get_experiment(run.info.experiment_id).name,
            "status": run.info.status,
            "params": run.data.params,
            "metrics": {
                key: [[m.step, m.value] for m in sorted(client.get_metric_history(run.info.run_id, key), key=lambda m: m.step)]
                for key in run.data.metrics
            },
            "tags": run.data.tags,
            "artifacts": sorted(file.path for file in client.list_artifacts(run.info.run_id)),
        }
    )
if len(sys.argv) > 2:
    # MLflow itself can go on in the same store.
    made = client.create_run(experiments[0].experiment_id, run_name="by hand")
    client.log_metric(made.info.run_id, "loss", 1.5, step=3)
print(json.dumps(answer))
