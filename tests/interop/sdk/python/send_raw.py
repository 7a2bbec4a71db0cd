"""Sends what no SDK makes, as plain OTLP messages: summaries, exponential histograms with both sides, exemplars of every form.

usage: send_raw.py grpc|http none|gzip HOST:PORT SERVICE
"""

import gzip
import json
import sys
import urllib.request

import grpc
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

transport, compression, address, service = sys.argv[1:5]
START, TIME = 1_700_000_000_000_000_001, 1_700_000_060_000_000_002
TRACE, SPAN = "00112233445566778899aabbccddeeff", "0123456789abcdef"

request = ExportMetricsServiceRequest()
of_resource = request.resource_metrics.add()
of_resource.resource.attributes.append(KeyValue(key="service.name", value=AnyValue(string_value=service)))
of_scope = of_resource.scope_metrics.add()
of_scope.scope.name, of_scope.scope.version = "raw", "0.1"


def sent(metric, kind, till, **fields):
    print(json.dumps({"signal": "metrics", "name": metric.name, "unit": metric.unit, "kind": kind, "scope": "raw",
                      "scope_version": "0.1", "service": service, "attributes": {"till": till}, **fields}))


def new_point(points, till):
    return points.add(start_time_unix_nano=START, time_unix_nano=TIME,
                      attributes=[KeyValue(key="till", value=AnyValue(int_value=till))])


def add_exemplar(point, **value):
    point.exemplars.add(time_unix_nano=TIME - 7, trace_id=bytes.fromhex(TRACE), span_id=bytes.fromhex(SPAN),
                        filtered_attributes=[KeyValue(key="city", value=AnyValue(string_value="Zürich 🚲"))], **value)
    return {"time": str(TIME - 7), "trace_id": TRACE, "span_id": SPAN, "attributes": {"city": "Zürich 🚲"},
            "value": next(iter(value.values()))}


summary = of_scope.metrics.add(name="pauses", unit="s")
exponential = of_scope.metrics.add(name="drift", unit="ms")
exponential.exponential_histogram.aggregation_temporality = 1
total = of_scope.metrics.add(name="orders", unit="{order}")
total.sum.aggregation_temporality, total.sum.is_monotonic = 2, True
for till in range(5):
    point = new_point(summary.summary.data_points, till)
    point.count, point.sum = 10 + till, 2.5 * till
    for quantile, value in ((0, 0.125), (0.5, 0.25), (1, 1.5 + till)):
        point.quantile_values.add(quantile=quantile, value=value)
    sent(summary, "summary", till, count=10 + till, sum=2.5 * till, quantiles=[[0, 0.125], [0.5, 0.25], [1, 1.5 + till]])

    point = new_point(exponential.exponential_histogram.data_points, till)
    point.count, point.sum, point.scale, point.zero_count, point.zero_threshold = 11, -3.25, 3 - till, 2, 1e-6
    point.min, point.max, point.flags = -8, 4, 0
    point.positive.offset, point.negative.offset = -till, till
    point.positive.bucket_counts.extend([1, 0, 3])
    point.negative.bucket_counts.extend([0, 5])
    sent(exponential, "exponential", till, count=11, sum=-3.25, scale=3 - till, zeroCount=2, zeroThreshold=1e-6, min=-8, max=4,
         positive={"offset": -till, "counts": [1, 0, 3]}, negative={"offset": till, "counts": [0, 5]},
         exemplars=[add_exemplar(point, as_double=-0.5)])

    point = new_point(total.sum.data_points, till)
    point.as_int = 2**63 - 1 - till
    sent(total, "sum", till, value=2**63 - 1 - till, exemplars=[add_exemplar(point, as_int=-till), add_exemplar(point, as_double=2.5)])

body = request.SerializeToString()
if transport == "grpc":
    with grpc.insecure_channel(address) as channel:
        channel.unary_unary("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")(
            body, timeout=10, compression=grpc.Compression.Gzip if compression == "gzip" else grpc.Compression.NoCompression)
else:
    headers = {"Content-Type": "application/x-protobuf"}
    if compression == "gzip":
        headers["Content-Encoding"], body = "gzip", gzip.compress(body)
    with urllib.request.urlopen(urllib.request.Request(f"http://{address}/v1/metrics", body, headers), timeout=10) as answer:
        answer.read()
