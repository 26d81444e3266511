# The same points by MLflow's own Python client; see mlflow-log.mjs. `steps` and `awaited` are what log_metric does by default, `async`
# its queue (synchronous=False), whose calls return at once and whose threads do the work.
import json
import sys
import time

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric

mode, count = sys.argv[1], int(sys.argv[2])
mlflow.set_experiment("bench")
run = mlflow.start_run()
mlflow.log_metric("warm", 1)
client = MlflowClient()
cpu = time.process_time()
began = time.perf_counter()
if mode == "bulk":
    metrics = [Metric(f"m{step % 10}", 1 / (step + 1), 1_790_000_000_000 + step, step) for step in range(count)]
    for start in range(0, count, 1000):
        client.log_batch(run.info.run_id, metrics=metrics[start : start + 1000])
    caller = time.perf_counter() - began
elif mode != "async":
    for step in range(count):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    caller = time.perf_counter() - began
else:
    for step in range(count):
        mlflow.log_metric("loss", 1 / (step + 1), step=step, synchronous=False)
    caller = time.perf_counter() - began
    mlflow.flush_async_logging()
seconds = time.perf_counter() - began
cpu = time.process_time() - cpu
mlflow.end_run()
key = "m0" if mode == "bulk" else "loss"
stored = len(client.get_metric_history(run.info.run_id, key))
assert stored == (count // 10 if mode == "bulk" else count), stored
print(json.dumps({"pointsPerSecond": count / seconds, "callerUs": caller * 1e6 / count, "cpuUs": cpu * 1e6 / count}))
