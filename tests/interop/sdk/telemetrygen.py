"""Lets telemetrygen send a known set of spans, logs and metric points and prints them, one JSON line a record.

usage: telemetrygen.py PROGRAM grpc|http none|gzip HOST:PORT SERVICE

telemetrygen makes its ids and times up and does not tell them, so the lines name neither.
"""

import json
import os
import subprocess
import sys

program, transport, compression, address, service = sys.argv[1:6]
common = {"city": "Zürich 🚲", "till": 4}
flags = ["--rate", "0", "--workers", "1", "--otlp-insecure", "--otlp-endpoint", address, "--service", service,
         "--telemetry-attributes", 'city="Zürich 🚲"', "--telemetry-attributes", "till=4"]
if transport == "http":
    flags.append("--otlp-http")
environment = {**os.environ, "OTEL_EXPORTER_OTLP_COMPRESSION": compression}


def generate(kind, *more):
    outcome = subprocess.run([program, kind, *flags, *more], env=environment, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, encoding="utf-8")
    if outcome.returncode != 0:
        sys.exit(outcome.stdout)


def sent(signal, **record):
    print(json.dumps({"signal": signal, "service": service, **record}))


generate("traces", "--traces", "20", "--child-spans", "2", "--status-code", "Error")
for _ in range(20):
    peer = {"network.peer.address": "1.2.3.4", **common}
    sent("traces", name="lets-go", kind=3, parent_id="", status=2, scope="telemetrygen",
         attributes={**peer, "service.peer.name": "telemetrygen-server"})
    for child in range(2):
        sent("traces", name=f"okey-dokey-{child}", kind=2, status=2, scope="telemetrygen",
             attributes={**peer, "service.peer.name": "telemetrygen-client"})

generate("logs", "--logs", "40", "--body", "on its way 🚲", "--severity-text", "Warn", "--severity-number", "13",
         "--trace-id", "00112233445566778899aabbccddeeff", "--span-id", "0123456789abcdef")
for _ in range(40):
    sent("logs", body="on its way 🚲", severity=13, severity_text="Warn", trace_id="00112233445566778899aabbccddeeff",
         span_id="0123456789abcdef", attributes={"app": "server", **common})

for kind in ("Gauge", "Sum"):
    generate("metrics", "--metrics", "20", "--metric-type", kind, "--otlp-metric-name", f"shop.{kind.lower()}")
    for number in range(20):
        sent("metrics", name=f"shop.{kind.lower()}", kind=kind.lower(), value=number, attributes=common)
