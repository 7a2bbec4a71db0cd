#!/usr/bin/env python3
"""Runs the same load against sluice and a peer, in turns, and prints what each costs. See README.md."""

import argparse
import json
import os
import re
import resource
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")
EDIT_MARK = "bench.edited"
DEFAULT_INFLIGHT = {1: 256, 20: 64, 512: 32, 8192: 4}


def stat_fields(pid):
    """The fields of /proc/PID/stat from the state on; None when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return None


def process_tree(root):
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := stat_fields(name)):
            children.setdefault(int(fields[1]), []).append(int(name))
    tree, todo = [], [root]
    while todo:
        pid = todo.pop()
        tree.append(pid)
        todo += children.get(pid, [])
    return tree


def cpu_seconds(root):
    """User and system time of a process, its children and those it has waited for."""
    ticks = 0
    for pid in process_tree(root):
        if fields := stat_fields(pid):
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICK


def peak_rss_bytes(root):
    total = 0
    for pid in process_tree(root):
        try:
            found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        except OSError:
            continue
        total += int(found[1]) * 1024 if found else 0
    return total


def machine_cpu_seconds():
    """Busy and stolen seconds of all processors together."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq) / TICK, steal / TICK


def wait_until_idle(root, limit=60.0):
    """Until the process tree has used less than 2 % of a core for half a second."""
    end = time.monotonic() + limit
    before = cpu_seconds(root)
    while time.monotonic() < end:
        time.sleep(0.5)
        now = cpu_seconds(root)
        if now - before <= 0.01:
            return
        before = now
    print(f"warning: process {root} was not idle after {limit:.0f} s", file=sys.stderr)


def wait_for_port(port, process, limit=30.0):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"{shlex.join(process.args)} ended with {process.returncode} before it listened")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"{shlex.join(process.args)} does not listen on port {port}")


class Server:
    """A program under measurement, or the sink: started, waited for, stopped."""

    def __init__(self, command, port, environment):
        try:
            probe = socket.create_connection(("127.0.0.1", port), timeout=1)
        except OSError:
            pass
        else:
            probe.close()
            sys.exit(f"port {port} is in use: measurements would go to another server")
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.lines, self.errors = [], []
        self.readers = [threading.Thread(target=self.collect, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()
        try:
            wait_for_port(port, self.process)
        except SystemExit:
            self.stop()
            print("".join(self.errors[-5:]), file=sys.stderr)
            raise

    @staticmethod
    def collect(stream, lines):
        for line in stream:
            lines.append(line)

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for reader in self.readers:
            reader.join(5)

    def last_event(self):
        return json.loads(self.lines[-1]) if self.lines else {}


class Bench:
    def __init__(self, options, work):
        self.options = options
        self.work = work
        self.seed = 0
        self.environment = dict(os.environ, BENCH_SINK=f"127.0.0.1:{options.sink_port}",
                                BENCH_PEER_PORT=str(options.peer_port))

    def load(self, port, records, seconds, rate=None):
        self.seed += 1
        command = [self.options.load, "--address", f"127.0.0.1:{port}", "--records", str(records),
                   "--connections", str(self.options.connections), "--seconds", str(seconds),
                   "--signal", self.options.signal, "--seed", str(self.seed)]
        if rate:
            command += ["--rate", f"{rate:.3f}"]
        if self.options.inflight or not rate:
            command += ["--inflight", str(self.options.inflight or DEFAULT_INFLIGHT.get(records, 32))]
        if self.options.transport == "http":
            command.append("--http")
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def command_of(self, name, capture):
        if name == "peer":
            return shlex.split(self.options.peer)
        command = [self.options.sluice, "serve", "--capture", str(capture), "--durability",
                   self.options.durability, "--json"]
        own, other = ("--http", "--grpc") if self.options.transport == "http" else ("--grpc", "--http")
        command += [own, f"127.0.0.1:{self.options.port}", other, "off"]
        if name == "sluice+forward":
            command += ["--rules", self.options.rules]
        return command

    def run(self, name, records, rate=None):
        """One run on a fresh server and an empty capture: warm up, measure, stop, count what is there."""
        folder = Path(tempfile.mkdtemp(dir=self.work))
        capture = folder / "bench.sluice"
        port = self.options.peer_port if name == "peer" else self.options.port
        has_sink = self.options.scenario == "forward" and name != "sluice"
        sink = None
        server = None
        try:
            if has_sink:
                sink = Server([self.options.sink, str(self.options.sink_port), EDIT_MARK],
                              self.options.sink_port, self.environment)
            server = Server(self.command_of(name, capture), port, self.environment)
            warm = self.load(port, records, self.options.warm)
            wait_until_idle(server.pid)
            row = self.measure(server, sink, port, records, rate)
            acknowledged = warm["acknowledged"] + row["acknowledged"]
            row["rss_mb"] = peak_rss_bytes(server.pid) / 1e6
            server.stop()
            if sink:
                sink.stop()
                row["at_sink"] = sink.last_event()
            row["conserved"] = self.check(name, capture, acknowledged, row)
        finally:
            for running in (server, sink):
                if running:
                    running.stop()
            if not self.options.keep:
                shutil.rmtree(folder)
        return row

    def measure(self, server, sink, port, records, rate):
        cpu, (busy, steal) = cpu_seconds(server.pid), machine_cpu_seconds()
        sink_cpu = cpu_seconds(sink.pid) if sink else 0.0
        own = sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime
                  for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        begin = time.monotonic()
        row = self.load(port, records, self.options.seconds, rate)
        wait_until_idle(server.pid)
        wall = time.monotonic() - begin
        used = cpu_seconds(server.pid) - cpu
        own = sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime
                  for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) - own
        sink_used = cpu_seconds(sink.pid) - sink_cpu if sink else 0.0
        busy_after, steal_after = machine_cpu_seconds()
        row["cpu_us"] = used / row["acknowledged"] * 1e6 if row["acknowledged"] else float("nan")
        row["cpu_seconds"] = used
        row["foreign_cores"] = max(0.0, busy_after - busy - used - own - sink_used) / wall
        row["steal_percent"] = (steal_after - steal) / (wall * os.cpu_count()) * 100
        return row

    def check(self, name, capture, acknowledged, row):
        """Whether what was acknowledged is what is stored, and what the sink received, each one edited."""
        findings = []
        if row["unanswered"]:
            findings.append(f"{row['unanswered']} unanswered")
        if name != "peer":
            stats = json.loads(subprocess.run([self.options.sluice, "stats", str(capture), "--json"], check=True,
                                              capture_output=True, text=True).stdout)
            stored = stored_records(stats, self.options.signal)
            if stored != acknowledged:
                findings.append(f"{acknowledged} acknowledged, {stored} stored")
            size = sum(file.stat().st_size for file in capture.parent.iterdir() if file.name.startswith(capture.name))
            row["disk_bytes"] = size / acknowledged if acknowledged else 0.0
        if "at_sink" in row:
            at_sink = row["at_sink"]
            if at_sink.get("records") != acknowledged or at_sink.get("marked") != acknowledged:
                findings.append(f"{acknowledged} acknowledged, at the sink {at_sink}")
        for finding in findings:
            print(f"NOT CONSERVED ({name}): {finding}", file=sys.stderr)
        if findings:
            return False
        return True if name != "peer" or "at_sink" in row else None


def stored_records(stats, signal_name):
    return stats[signal_name]["stored"]


def spread(rows, key, digits=2):
    values = [row[key] for row in rows if key in row]
    if not values:
        return "-"
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f}-{high:,.{digits}f})" if len(values) > 1 else f"{middle:,.{digits}f}"


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def print_table(records, results, options):
    noun = {"traces": "spans", "logs": "log records", "metrics": "data points"}[options.signal]
    print(f"\n{options.scenario}, {records} {noun} per request, {options.transport}, "
          f"{next(iter(results.values()))[0]['bytes_per_record']:.0f} B/record, "
          f"{options.seconds:g} s, n={options.repeats}: median (min-max)\n")
    print("| server | µs CPU/record | records/s | ack p50 ms | ack p99 ms | peak RSS MB | disk B/record "
          "| refused | conserved | foreign cores |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, rows in results.items():
        for row in rows:
            row.update(p50=row["ack_ms"]["p50"], p99=row["ack_ms"]["p99"])
        conserved = {True: "yes", False: "NO", None: "not checked"}[
            False if any(row["conserved"] is False for row in rows) else rows[0]["conserved"]]
        print(f"| {name} | {spread(rows, 'cpu_us')} | {spread(rows, 'records_per_second', 0)} | {spread(rows, 'p50')} "
              f"| {spread(rows, 'p99')} | {spread(rows, 'rss_mb', 0)} | {spread(rows, 'disk_bytes', 0)} "
              f"| {sum(row['refused'] for row in rows)} | {conserved} | {spread(rows, 'foreign_cores')} |")
    costs = {name: median(rows, "cpu_us") for name, rows in results.items()}
    if "sluice+forward" in costs and "sluice" in costs:
        costs["sluice+forward, capture's share off"] = costs["sluice+forward"] - costs["sluice"]
        print(f"\nforwarding without the capture's share: {costs['sluice+forward'] - costs['sluice']:.2f} µs/record")
    if "peer" in costs:
        for name, cost in costs.items():
            if name != "peer" and cost > 0:
                print(f"peer / {name}: {costs['peer'] / cost:.2f} (CPU per record)")
    sys.stdout.flush()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sluice", help="the sluice program")
    parser.add_argument("--load", required=True, help="the sluice_load program")
    parser.add_argument("--sink", help="the sluice_sink program; needed by forward")
    parser.add_argument("--peer", help="command line of another server to run beside it")
    parser.add_argument("--peer-port", type=int, default=14317, help="its port; in its environment as BENCH_PEER_PORT")
    parser.add_argument("--scenario", choices=("store", "forward", "latency"), default="store",
                        help="latency: an open loop at half the rate that a closed loop reached")
    parser.add_argument("--rate", type=float, help="latency: records/s, instead of half the saturation")
    parser.add_argument("--records", default="512,20", help="records per request, one table for each")
    parser.add_argument("--transport", choices=("grpc", "http"), default="grpc")
    parser.add_argument("--signal", choices=("traces", "logs", "metrics"), default="traces")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--warm", type=float, default=1, help="seconds of load before the measurement")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--inflight", type=int, help="default: " + ", ".join(
        f"{count} at {records} records" for records, count in DEFAULT_INFLIGHT.items()))
    parser.add_argument("--durability", choices=("crash", "power"), default="crash")
    parser.add_argument("--rules", default=str(HERE / "rules" / "edit-and-forward.yaml"))
    parser.add_argument("--port", type=int, default=13317, help="sluice's")
    parser.add_argument("--sink-port", type=int, default=15317)
    parser.add_argument("--work", help="folder for captures; default: a temporary one")
    parser.add_argument("--keep", action="store_true", help="keep the captures")
    parser.add_argument("--json", help="write every run to this file")
    options = parser.parse_args()
    if not options.sluice and not options.peer:
        parser.error("state --sluice, --peer or both")
    if options.scenario == "forward" and not options.sink:
        parser.error("forward needs --sink")
    if options.scenario == "forward" and (options.transport, options.signal) != ("grpc", "traces"):
        parser.error("forward is measured with traces over grpc")
    return options


def main():
    options = parse_arguments()
    names = []
    if options.sluice:
        names += ["sluice+forward", "sluice"] if options.scenario == "forward" else ["sluice"]
    if options.peer:
        names.append("peer")
    work = Path(options.work or tempfile.mkdtemp(prefix="sluice-bench-"))
    bench = Bench(options, work)
    everything = {}
    try:
        for records in map(int, options.records.split(",")):
            rates = {}
            if options.scenario == "latency":
                for name in names:
                    per_second = options.rate or bench.run(name, records)["records_per_second"] / 2
                    rates[name] = per_second / records
                    print(f"{name}: {per_second:,.0f} records/s offered", file=sys.stderr)
            results = {name: [] for name in names}
            for repeat in range(options.repeats):
                for name in names if repeat % 2 == 0 else reversed(names):
                    results[name].append(bench.run(name, records, rates.get(name)))
            print_table(records, results, options)
            everything[records] = results
    finally:
        if not options.work and not options.keep:
            shutil.rmtree(work)
    if options.json:
        Path(options.json).write_text(json.dumps({"options": vars(options), "runs": everything}, indent=1))
    conserved = [row["conserved"] for results in everything.values() for rows in results.values() for row in rows]
    return 1 if False in conserved else 0


if __name__ == "__main__":
    sys.exit(main())
