#!/usr/bin/env python3
"""What one Sluice keeps is what another receives, record for record, also when both are killed on the way.

    forwarding.py SLUICE      uses loopback ports that are free; prints what it compared; exit 1 when something differs

The first Sluice deletes an attribute, hashes another, samples a quarter and drops a service; the demo shop plays into it.
A request that was under way when a process died may arrive twice: its records are counted once, and how many there were is said.
"""
import collections
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

RULES = """
receivers:
  otlp:
    protocols:
      grpc: {endpoint: "127.0.0.1:%(grpc)d"}
      http: {endpoint: "127.0.0.1:%(http)d"}
processors:
  filter/drop-email:
    spans:
      exclude:
        match_type: strict
        services: [email]
  attributes/secrets:
    actions:
      - {key: payment.card.number, action: delete}
      - {key: user.email, action: hash}
  probabilistic_sampler:
    sampling_percentage: 25
exporters:
  otlp_http/second:
    endpoint: "http://127.0.0.1:%(sink)d"
    compression: none
    retry_on_failure: {initial_interval: 100ms, max_interval: 300ms}
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [filter/drop-email, attributes/secrets, probabilistic_sampler]
      exporters: [otlp_http/second]
    logs:
      receivers: [otlp]
      processors: [attributes/secrets]
      exporters: [otlp_http/second]
    metrics:
      receivers: [otlp]
      exporters: [otlp_http/second]
"""

LISTS = {"resourceSpans": ("scopeSpans", "spans"), "resourceLogs": ("scopeLogs", "logRecords"),
         "resourceMetrics": ("scopeMetrics", "metrics")}


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Server:
    def __init__(self, sluice, *arguments):
        self.command = [sluice, "serve", "--json", *arguments]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the server did not start: %s" % " ".join(self.command))
        self.listening = json.loads(line)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=60)
        if self.process.returncode != 0:
            raise SystemExit("a server ended with %d" % self.process.returncode)
        return json.loads(out.splitlines()[-1])


def records(sluice, capture, view):
    """Every record with its resource and scope, as a multiset of texts."""
    out = subprocess.run([sluice, "export", capture, "--view", view], capture_output=True, text=True, check=True).stdout
    found = collections.Counter()
    for line in out.splitlines():
        request = json.loads(line)
        for key, (scopes, items) in LISTS.items():
            for resource in request.get(key, []):
                for scope in resource.get(scopes, []):
                    for item in scope.get(items, []):
                        found[json.dumps([resource.get("resource"), scope.get("scope"), item], sort_keys=True)] += 1
    return found


def stats(sluice, capture):
    return json.loads(subprocess.run([sluice, "stats", capture, "--json"], capture_output=True, text=True, check=True).stdout)


def main():
    sluice = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="sluice-forwarding-")
    grpc, http, sink_grpc, sink_http = free_ports(4)
    rules = os.path.join(folder, "rules.yaml")
    with open(rules, "w") as file:
        file.write(RULES % {"grpc": grpc, "http": http, "sink": sink_http})
    first_capture = os.path.join(folder, "first.sluice")
    second_capture = os.path.join(folder, "second.sluice")
    second = Server(sluice, "--capture", second_capture, "--grpc", "127.0.0.1:%d" % sink_grpc, "--http", "127.0.0.1:%d" % sink_http)
    first = Server(sluice, "--capture", first_capture, "--rules", rules)

    demo = subprocess.Popen([sluice, "demo", "--fast", "--scale", "0.25", "--to", "http://127.0.0.1:%d" % http],
                            stderr=subprocess.DEVNULL)
    time.sleep(0.15)
    second.kill()  # The backend dies; the first one goes on and falls behind.
    time.sleep(0.15)
    second.start()
    demo.wait()
    first.kill()  # And the first one, with whatever it was about to send.
    first.start()
    if subprocess.run([sluice, "send", "--to", "http://127.0.0.1:%d" % http, "--span", "after", "--service", "late", "--log", "after",
                       "--metric", "after=1"], stdout=subprocess.DEVNULL).returncode != 0:
        raise SystemExit("the first Sluice does not take anything after its restart")

    deadline = time.time() + 60
    while time.time() < deadline:
        rows = subprocess.run([sluice, "destinations", "list", first_capture, "--json"], capture_output=True, text=True).stdout
        now = stats(sluice, first_capture)
        waiting = sum(now[s]["waiting"] for s in ("traces", "metrics", "logs"))
        if rows and waiting == 0 and json.loads(rows.splitlines()[0])["behind"] == 0:
            break
        time.sleep(0.2)
    else:
        raise SystemExit("the destination never caught up: " + rows)
    first.stop()
    second.stop()

    kept = records(sluice, first_capture, "kept")
    received = records(sluice, second_capture, "received")
    everything = records(sluice, first_capture, "received")
    doubled = sum(count - kept[record] for record, count in received.items() if count > kept[record] > 0)
    missing = [record for record in kept if received[record] < kept[record]]
    strange = [record for record in received if record not in kept]
    print("received %d, kept %d, arrived %d, of these %d twice" % (sum(everything.values()), sum(kept.values()),
                                                                 sum(received.values()), doubled))
    for name, capture in (("first", first_capture), ("second", second_capture)):
        if subprocess.run([sluice, "capture", "verify", capture], stdout=subprocess.DEVNULL).returncode != 0:
            raise SystemExit("the %s capture is damaged" % name)
    totals = stats(sluice, first_capture)
    for s in ("traces", "metrics", "logs"):
        parts = sum(totals[s][key] for key in ("unchanged", "changed", "dropped", "errors", "waiting"))
        if parts != totals[s]["stored"]:
            raise SystemExit("%s: %d outcomes for %d records" % (s, parts, totals[s]["stored"]))
    if missing or strange or not kept:
        print("missing %d, for example %s" % (len(missing), missing[:1]))
        print("strange %d, for example %s" % (len(strange), strange[:1]))
        return 1
    if any("payment.card.number" in record for record in received) or not any("payment.card.number" in record for record in everything):
        print("the secret went out, or was not kept")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
