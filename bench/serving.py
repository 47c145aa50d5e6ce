#!/usr/bin/env python3
"""Requests of one text each to `reprtune serve` over loopback: throughput and latency at 1, 16 and 64 connections, beside the
rate of `reprtune embed` for the same texts, and the server's memory over many requests; or beside another server.

    bench/serving.py build/release/bin/reprtune MODEL texts.csv --seconds 10 --memory-requests 100000

    python3 -m venv infinity && infinity/bin/pip install "infinity-emb[server,torch]"
    bench/serving.py build/release/bin/reprtune MODEL texts.csv --infinity infinity/bin/infinity_emb

Needs wrk (Debian's package). Client and server share the cores, so the server's share of them is less than `embed` has.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

LUA = """
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line end
math.randomseed(1)
local headers = {["Content-Type"] = "application/json"}
request = function() return wrk.format("POST", "%s", headers, bodies[math.random(#bodies)]) end
local threads = {}
setup = function(thread) table.insert(threads, thread) end
failed = 0
response = function(status) if status ~= 200 then failed = failed + 1 end end
done = function(summary, latency)
  local failures = 0
  for _, thread in ipairs(threads) do failures = failures + thread:get("failed") end
  print(string.format("RESULT %%d %%f %%f %%f %%d %%d", summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000,
                      latency:percentile(99) / 1000, failures, summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


def texts_of(path, count):
    with open(path, newline="", encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    return random.Random(1).sample(texts, min(count, len(texts)))


class Server:
    def __init__(self, program, model, options):
        self.process = subprocess.Popen([program, "serve", model, "--port", "0", *options], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.search(r"listening on (http://\S+)", line):
                self.url = found[1]
                return
        raise SystemExit("the server did not start")

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


class InfinityServer:
    """infinity-emb of PyPI with its PyTorch engine and defaults, with threads as many as ours."""

    def __init__(self, program, model, threads):
        port = random.SystemRandom().randrange(20000, 60000)
        self.url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1",
                       "INFINITY_ANONYMOUS_USAGE_STATS": "0"}
        self.process = subprocess.Popen([program, "v2", "--model-id", model, "--host", "127.0.0.1", "--port", str(port), "--engine", "torch",
                                         "--device", "cpu", "--no-bettertransformer"], env=environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        for _ in range(300):
            time.sleep(1)
            try:
                urllib.request.urlopen(self.url + "/health").close()
                return
            except urllib.error.URLError:
                continue
        raise SystemExit("the other server did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def load(url, script, connections, seconds):
    """Requests a second, milliseconds of the 50th and 99th percentile, failed ones."""
    threads = str(min(2, connections))
    out = subprocess.run(["wrk", "-t", threads, "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s", "-s", script, url],
                         check=True, capture_output=True, text=True).stdout
    requests, duration, p50, p99, failed, broken = map(float, re.search("RESULT (.*)", out)[1].split())
    return requests / duration, p50, p99, int(failed + broken), int(requests)


def embed_rate(program, model, texts, options):
    """Texts a second of `embed`, without its start."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "texts.jsonl"
        seconds = []
        for repeats in (1, 9):
            path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts * repeats), encoding="utf-8")
            start = time.perf_counter()
            subprocess.run([program, "embed", model, path, "-o", path.with_suffix(".npy"), "--no-deduplicate", "--quiet", *options], check=True)
            seconds.append(time.perf_counter() - start)
    return 8 * len(texts) / (seconds[1] - seconds[0])


def write_load(folder, texts, key, path):
    """The script of wrk that asks for one text at a time."""
    bodies, script = pathlib.Path(folder) / "bodies.jsonl", pathlib.Path(folder) / f"load{path.replace('/', '-')}.lua"
    bodies.write_text("".join(json.dumps({key: text if key == "input" else [text]}) + "\n" for text in texts), encoding="utf-8")
    script.write_text(LUA % (bodies, path))
    return script


def beside_infinity(options, texts):
    """Both servers answer the embeddings request of OpenAI's form, in turn."""
    ours = Server(options.program, options.model, ["--threads", str(options.threads)])
    other = InfinityServer(options.infinity, options.model, options.threads)
    print("| connections | requests/s | p50 ms | p99 ms | failed | infinity requests/s | p50 ms | p99 ms | failed | times as many |\n"
          "|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        scripts = {server: write_load(folder, texts, "input", path) for server, path in ((ours, "/v1/embeddings"), (other, "/embeddings"))}
        for server in (ours, other):
            load(server.url, scripts[server], 16, 3)  # warms up
        for connections in (1, 16, 64):
            results = {server: load(server.url, scripts[server], connections, options.seconds) for server in (ours, other)}
            cells = [f"{rate:.0f} | {p50:.2f} | {p99:.2f} | {failed}" for rate, p50, p99, failed, _ in results.values()]
            print(f"| {connections} | {' | '.join(cells)} | {results[ours][0] / results[other][0]:.1f} |", flush=True)
    ours.stop()
    other.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("texts", help="CSV with a column text")
    parser.add_argument("--path", default="/v1/embed")
    parser.add_argument("--count", type=int, default=1000, help="different texts")
    parser.add_argument("--seconds", type=int, default=10, help="of each load")
    parser.add_argument("--memory-requests", type=int, default=0, help="requests to watch the memory over")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--infinity", help="infinity_emb, to be measured beside in place of embed and memory")
    options = parser.parse_args()
    texts = texts_of(options.texts, options.count)
    if options.infinity:
        return beside_infinity(options, texts)
    machine = ["--threads", str(options.threads)]
    rate = embed_rate(options.program, options.model, texts, machine)
    print(f"embed: {rate:.0f} texts/s\n\n| connections | requests/s | of embed | p50 ms | p99 ms | failed |\n|---|---|---|---|---|---|")
    server = Server(options.program, options.model, machine)
    key = {"/v1/embed": "texts", "/v2/embed": "texts", "/v1/classify": "inputs", "/v1/embeddings": "input", "/embed": "inputs"}[options.path]
    with tempfile.TemporaryDirectory() as folder:
        script = write_load(folder, texts, key, options.path)
        for connections in (1, 16, 64):
            served, p50, p99, failed, _ = load(server.url, script, connections, options.seconds)
            print(f"| {connections} | {served:.0f} | {served / rate:.0%} | {p50:.2f} | {p99:.2f} | {failed} |")
        done, next_line = 0, 0
        while done < options.memory_requests:
            if done >= next_line:
                print(f"after {done} requests more: {server.resident_mib():.0f} MiB", flush=True)
                next_line += options.memory_requests / 5
            done += load(server.url, script, 64, 5)[4]
        if options.memory_requests:
            print(f"after {done} requests more: {server.resident_mib():.0f} MiB")
    server.stop()


if __name__ == "__main__":
    main()
