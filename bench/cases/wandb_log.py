# The same rows into an offline run of W&B's own Python SDK; see wandb-log.mjs.
import json
import sys
import tempfile
import time

import wandb

rows = int(sys.argv[1])
with tempfile.TemporaryDirectory() as directory:
    run = wandb.init(mode="offline", project="bench", dir=directory)
    took = [0] * rows
    began = time.perf_counter_ns()
    for i in range(rows):
        row = {
            "epoch": i,
            "loss": 1 / (i + 1),
            "accuracy": i / rows,
            "val/loss": 2 / (i + 1),
            "val/accuracy": i / rows,
            "lr": 1e-3,
        }
        start = time.perf_counter_ns()
        run.log(row)
        took[i] = (time.perf_counter_ns() - start) / 1000
    loop_us = (time.perf_counter_ns() - began) / 1000
    run.finish()
    seconds = (time.perf_counter_ns() - began) / 1e9
took.sort()
print(json.dumps({"rowsPerSecond": rows / seconds, "meanUs": loop_us / rows, "medianUs": took[rows // 2]}))
