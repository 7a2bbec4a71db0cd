#!/usr/bin/env python3
"""Lets the SDKs of several languages send to a real Sluice and compares every record with what they say they sent.

usage: run_sdks.py SLUICE WORK_FOLDER [SENDER…]

WORK_FOLDER holds the installed senders (see SENDERS and installers/interop.sh) and gets the captures. One line is printed
for each sender, transport, compression and signal. Exits with 1 on a difference, with 77 when no sender is installed.
"""

import collections
import json
import pathlib
import signal
import socket
import subprocess
import sys
import threading

SOURCES = pathlib.Path(__file__).resolve().parent / "sdk"
SIGNALS = ("traces", "logs", "metrics")


class Sender:
    """One SDK: which file of WORK_FOLDER shows that it is installed, how to start it, what it can speak."""

    def __init__(self, installed, command, transports):
        self.installed, self.command, self.transports = installed, command, transports


SENDERS = {
    "python": Sender("python/installed", lambda work: [work / "python/venv/bin/python", SOURCES / "python/send.py"],
                     ("grpc", "http")),
    "raw": Sender("python/installed", lambda work: [work / "python/venv/bin/python", SOURCES / "python/send_raw.py"],
                  ("grpc", "http")),
    "node": Sender("node/installed", lambda work: ["node", work / "node/send.js"], ("grpc", "http", "json")),
    "go": Sender("go/sender", lambda work: [work / "go/sender"], ("grpc", "http")),
    "java": Sender("java/installed", lambda work: ["java", "-cp", f"{work}/java/target/classes:{work}/java/lib/*", "Send"],
                   ("grpc", "http")),
    "telemetrygen": Sender("go/telemetrygen", lambda work: [sys.executable, SOURCES / "telemetrygen.py", work / "go/telemetrygen"],
                           ("grpc", "http")),
}

NOT_SENT = {("raw", "traces"), ("raw", "logs")}  # What no SDK makes are metrics only.


def value_of(value):
    """An AnyValue of OTLP/JSON as a plain value."""
    if not value:
        return None
    (kind, content), = value.items()
    if kind == "intValue":
        return int(content)
    if kind == "doubleValue":
        return float(content)
    if kind == "arrayValue":
        return [value_of(item) for item in content.get("values", [])]
    if kind == "kvlistValue":
        return attributes_of(content.get("values", []))
    return content


def attributes_of(pairs):
    return {pair["key"]: value_of(pair.get("value")) for pair in pairs}


def buckets_of(buckets):
    return {"offset": int(buckets.get("offset", 0)), "counts": [int(count) for count in buckets.get("bucketCounts", [])]}


def exemplar_of(exemplar):
    return {"time": str(exemplar.get("timeUnixNano", 0)), "trace_id": exemplar.get("traceId", ""),
            "span_id": exemplar.get("spanId", ""), "attributes": attributes_of(exemplar.get("filteredAttributes", [])),
            "value": int(exemplar["asInt"]) if "asInt" in exemplar else float(exemplar["asDouble"])}


def details_of(point):
    """What only histograms and summaries have, each under the name of its field."""
    details = {"exemplars": [exemplar_of(exemplar) for exemplar in point.get("exemplars", [])],
               "flags": int(point.get("flags", 0))}
    for field in ("min", "max"):  # These may be absent, which differs from 0.
        if field in point:
            details[field] = float(point[field])
    details["scale"], details["zeroThreshold"] = int(point.get("scale", 0)), float(point.get("zeroThreshold", 0))
    details["bounds"] = [float(bound) for bound in point.get("explicitBounds", [])]
    details["buckets"] = [int(count) for count in point.get("bucketCounts", [])]
    details["zeroCount"] = int(point.get("zeroCount", 0))
    details["positive"], details["negative"] = buckets_of(point.get("positive", {})), buckets_of(point.get("negative", {}))
    details["quantiles"] = [[float(value.get("quantile", 0)), float(value.get("value", 0))]
                            for value in point.get("quantileValues", [])]
    return details


def points_of(metric):
    for field, kind in (("sum", "sum"), ("gauge", "gauge"), ("histogram", "histogram"),
                        ("exponentialHistogram", "exponential"), ("summary", "summary")):
        for point in metric.get(field, {}).get("dataPoints", []):
            record = {"name": metric["name"], "unit": metric.get("unit", ""), "kind": kind,
                      "attributes": attributes_of(point.get("attributes", [])), **details_of(point)}
            if "asInt" in point:
                record["value"] = int(point["asInt"])
            elif "asDouble" in point:
                record["value"] = float(point["asDouble"])
            else:
                record["count"], record["sum"] = int(point.get("count", 0)), float(point.get("sum", 0))
            yield record


def span_of(span):
    status = span.get("status", {})
    return {"trace_id": span["traceId"], "span_id": span["spanId"], "parent_id": span.get("parentSpanId", ""),
            "name": span.get("name", ""), "kind": int(span.get("kind", 0)), "start": str(span.get("startTimeUnixNano", 0)),
            "end": str(span.get("endTimeUnixNano", 0)), "status": int(status.get("code", 0)),
            "message": status.get("message", ""), "events": [event.get("name", "") for event in span.get("events", [])],
            "event_attributes": [attributes_of(event.get("attributes", [])) for event in span.get("events", [])],
            "links": [[link["traceId"], link["spanId"], attributes_of(link.get("attributes", []))]
                      for link in span.get("links", [])],
            "flags": int(span.get("flags", 0)), "trace_state": span.get("traceState", ""),
            "attributes": attributes_of(span.get("attributes", []))}


def log_of(log):
    return {"body": value_of(log.get("body")), "time": str(log.get("timeUnixNano", 0)),
            "severity": int(log.get("severityNumber", 0)), "severity_text": log.get("severityText", ""),
            "trace_id": log.get("traceId", ""), "span_id": log.get("spanId", ""), "flags": int(log.get("flags", 0)),
            "attributes": attributes_of(log.get("attributes", []))}


def received(request):
    """The records of one export request, flat, in the form in which the senders print theirs."""
    for resource_field, scope_field, leaf, convert in (
            ("resourceSpans", "scopeSpans", "spans", lambda span: [span_of(span)]),
            ("resourceLogs", "scopeLogs", "logRecords", lambda log: [log_of(log)]),
            ("resourceMetrics", "scopeMetrics", "metrics", points_of)):
        for group in request.get(resource_field, []):
            service = attributes_of(group.get("resource", {}).get("attributes", [])).get("service.name", "")
            for scope in group.get(scope_field, []):
                for item in scope.get(leaf, []):
                    for record in convert(item):
                        yield {"service": service, "scope": scope.get("scope", {}).get("name", ""),
                               "scope_version": scope.get("scope", {}).get("version", ""), **record}


def comparable(value):
    """Makes true differ from 1, which Python takes for equal; 1 and 1.0 are the same to JSON, and here."""
    if isinstance(value, bool):
        return "true" if value else "false", "bool"
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return value


def identity(record):
    """What may tell a record from the others of its sender. A sender that does not know its ids and times names none."""
    if "trace_id" in record and "kind" in record:
        return record["trace_id"], record["span_id"]
    if "body" in record and "time" in record:
        return record["body"], record["time"]
    return record.get("name", record.get("body")), json.dumps(record["attributes"], sort_keys=True)


def compare(sent, arrived):
    """Every difference as a text: a record missing, one too many, or a field that the sender named and is not the same."""
    differences = []
    left = list(arrived)

    def different(record, candidate):
        return [field for field, value in record.items() if comparable(candidate.get(field)) != comparable(value)]

    for record in sent:
        # The best match is the record itself, or what became of it.
        same = [candidate for candidate in left if identity(candidate) == identity(record)] or left
        match = min(same, key=lambda candidate: len(different(record, candidate)), default=None)
        fields = different(record, match) if match is not None else list(record)
        if match is None or len(fields) > len(record) / 2:
            differences.append(f"missing: {record}")
            continue
        left = [candidate for candidate in left if candidate is not match]
        differences += [f"{identity(record)}: {field} was sent as {record[field]!r} and is {match.get(field)!r}"
                        for field in fields]
    return differences + [f"never sent: {record}" for record in left]


class Relay(threading.Thread):
    """Passes every byte between a sender and Sluice, and notes whether a gzip stream was among what the sender sent."""

    MAGIC = b"\x1f\x8b\x08\x00"

    def __init__(self, target):
        super().__init__(daemon=True)
        host, port = target.rsplit(":", 1)
        self.target, self.saw_gzip = (host, int(port)), False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.start()

    def run(self):
        while True:
            try:
                sender, _ = self.listener.accept()
            except OSError:
                return  # Closed: the sender is done.
            sluice = socket.create_connection(self.target)
            threading.Thread(target=self.pump, args=(sender, sluice, True), daemon=True).start()
            threading.Thread(target=self.pump, args=(sluice, sender, False), daemon=True).start()

    def pump(self, source, sink, look):
        last = b""
        try:
            while data := source.recv(65536):
                self.saw_gzip |= look and self.MAGIC in last + data
                last = (last + data)[-3:]
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            sink.close()


class Sluice:
    """A running `sluice serve` with a fresh capture and ports of its own choice."""

    def __init__(self, program, capture):
        self.program, self.capture = program, capture
        self.process = subprocess.Popen([program, "serve", "--capture", capture, "--grpc", "127.0.0.1:0",
                                         "--http", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE, text=True)
        listening = json.loads(self.process.stdout.readline())
        self.addresses = {"grpc": listening["grpc"], "http": listening["http"], "json": listening["http"]}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)
        return self.process.returncode

    def records(self, of_signal):
        output = subprocess.run([self.program, "export", self.capture, "--view", "received", "--signal", of_signal],
                                check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
        return [record for line in output.splitlines() for record in received(json.loads(line))]


def run(program, work, name, transport, compression):
    """One sender once; the number of signals that differ."""
    sender = SENDERS[name]
    capture = work / f"{name}-{transport}-{compression}.sluice"
    for leftover in work.glob(capture.name + "*"):
        leftover.unlink()
    sluice = Sluice(program, capture)
    relay = Relay(sluice.addresses[transport])
    title = f"{name:12} {transport:5} {compression:5}"
    try:
        command = [*sender.command(work), transport, compression, relay.address, f"shop-{name}"]
        outcome = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", timeout=120)
    finally:
        relay.listener.close()
        code = sluice.stop()
    if outcome.returncode != 0 or code != 0:
        print(f"{title} FAILED: the sender ended with {outcome.returncode}, sluice with {code}\n{outcome.stderr[-2000:]}")
        return 1
    sent = collections.defaultdict(list)
    for line in outcome.stdout.splitlines():
        record = json.loads(line)
        sent[record.pop("signal")].append(record)
    failures = 0
    if relay.saw_gzip != (compression == "gzip"):
        print(f"{title} FAILED: gzip was {'seen' if relay.saw_gzip else 'not seen'} on the wire")
        failures += 1
    for of_signal in SIGNALS:
        arrived = sluice.records(of_signal)
        differences = compare(sent[of_signal], arrived)
        if not sent[of_signal] and (name, of_signal) not in NOT_SENT:
            differences.append("the sender sent nothing")
        verdict = f"DIFFERS in {len(differences)}" if differences else "same"
        print(f"{title} {of_signal:8} {len(sent[of_signal]):4} sent {len(arrived):4} received: {verdict}", flush=True)
        for difference in differences[:5]:
            print("   ", difference)
        failures += bool(differences)
    return failures


def main():
    program, work = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    failures, ran = 0, 0
    for name in sys.argv[3:] or SENDERS:
        if not (work / SENDERS[name].installed).exists():
            print(f"{name:12} skipped: not installed")
            continue
        ran += 1
        for transport in SENDERS[name].transports:
            for compression in ("none", "gzip"):
                failures += run(program, work, name, transport, compression)
    if ran == 0:
        return 77
    print("every record is the same" if failures == 0 else f"{failures} differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
