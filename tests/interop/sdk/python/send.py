"""Sends a known set of spans, logs and metrics with the Python SDK and prints what it sent, one JSON line a record.

usage: send.py grpc|http none|gzip HOST:PORT SERVICE
"""

import json
import sys

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode, set_span_in_context

transport, compression, address, service = sys.argv[1:5]

if transport == "grpc":
    from grpc import Compression
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    def exporter(kind, _path):
        return kind(endpoint=address, insecure=True,
                    compression=Compression.Gzip if compression == "gzip" else Compression.NoCompression)
else:
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    def exporter(kind, path):
        return kind(endpoint=f"http://{address}/v1/{path}",
                    compression=Compression.Gzip if compression == "gzip" else Compression.NoCompression)


def sent(signal, **record):
    print(json.dumps({"signal": signal, **record}))


resource = Resource({"service.name": service, "host.cores": 2})

tracers = TracerProvider(resource=resource)
tracers.add_span_processor(BatchSpanProcessor(exporter(OTLPSpanExporter, "traces"), max_export_batch_size=16))
tracer = tracers.get_tracer("shop", "1.2")
KINDS = {SpanKind.SERVER: 2, SpanKind.INTERNAL: 1}


def send_span(name, kind, parent, attributes, failed, linked=None):
    links = [Link(linked.context, {"why": "retry"})] if linked else []
    span = tracer.start_span(name, context=parent, kind=kind, attributes=attributes, links=links)
    span.add_event("picked", {"shelf": 7})
    if failed:
        span.set_status(Status(StatusCode.ERROR, "out of stock"))
    span.end()
    sent("traces", trace_id=f"{span.context.trace_id:032x}", span_id=f"{span.context.span_id:016x}",
         parent_id=f"{span.parent.span_id:016x}" if span.parent else "", name=name, kind=KINDS[kind],
         start=str(span.start_time), end=str(span.end_time), status=2 if failed else 0,
         message="out of stock" if failed else "", events=["picked"],
         flags=0x100, event_attributes=[{"shelf": 7}], attributes=attributes, scope="shop", scope_version="1.2", service=service,
         links=[[f"{linked.context.trace_id:032x}", f"{linked.context.span_id:016x}", {"why": "retry"}]] if linked else [])
    return span


last = None
for number in range(20):
    root = send_span(f"order {number}", SpanKind.SERVER, None,
                     {"number": number, "ratio": number / 4, "vip": number % 2 == 0, "city": "Zürich 🚲"}, number % 5 == 0)
    last = send_span("reserve", SpanKind.INTERNAL, set_span_in_context(root), {"items": ["tea", "cup"], "negative": -number},
                     False, last)
tracers.shutdown()

loggers = LoggerProvider(resource=resource)
loggers.add_log_record_processor(BatchLogRecordProcessor(exporter(OTLPLogExporter, "logs"), max_export_batch_size=16))
logger = loggers.get_logger("shop")
for number in range(40):
    body, time = f"order {number} is on its way 🚲", 1_700_000_000_000_000_001 + number
    attributes = {"number": number, "ratio": number / 4}
    logger.emit(LogRecord(timestamp=time, severity_number=SeverityNumber.WARN, severity_text="WARN", body=body,
                          attributes=attributes))
    sent("logs", body=body, time=str(time), severity=13, severity_text="WARN", attributes=attributes, scope="shop",
         service=service)
loggers.shutdown()

reader = PeriodicExportingMetricReader(exporter(OTLPMetricExporter, "metrics"), export_interval_millis=3_600_000)
# The same measurements a second time, kept here: what the SDK makes of them is what has to arrive.
kept = InMemoryMetricReader()
meters = MeterProvider(metric_readers=[reader, kept], resource=resource,
                       views=[View(instrument_name="latency", aggregation=ExponentialBucketHistogramAggregation())])
meter = meters.get_meter("shop")
orders = meter.create_counter("orders", unit="{order}")
queue = meter.create_up_down_counter("queue")
temperature = meter.create_gauge("temperature", unit="Cel")
duration = meter.create_histogram("duration", unit="s")
latency = meter.create_histogram("latency", unit="ms")
wait = meter.create_histogram("wait", unit="s")
BOUNDS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]
for number in range(5):
    attributes = {"till": number}
    orders.add(10 + number, attributes)
    queue.add(-number, attributes)
    temperature.set(number + 0.5, attributes)
    duration.record(0.25, attributes)
    duration.record(number, attributes)
    for name, unit, kind, point in (("orders", "{order}", "sum", {"value": 10 + number}), ("queue", "", "sum", {"value": -number}),
                                    ("temperature", "Cel", "gauge", {"value": number + 0.5}),
                                    ("duration", "s", "histogram", {"count": 2, "sum": 0.25 + number, "bounds": BOUNDS,
                                                                  "min": min(0.25, number), "max": max(0.25, number),
                                                                  "buckets": [int(number == 0), 1 + int(number > 0)] + [0] * 14})):
        sent("metrics", name=name, unit=unit, kind=kind, attributes=attributes, scope="shop", service=service, **point)
measuring = TracerProvider().get_tracer("nowhere")  # Its spans go nowhere.
for number in range(5):
    # Inside a span that is sampled, so that the SDK keeps it as an exemplar.
    with measuring.start_as_current_span("measure"):
        for value in (0, 1.5, 40, 1e6 * (number + 1)):
            latency.record(value, {"till": number})
        wait.record(3, {"till": number})


def sides(buckets):
    return {"offset": buckets.offset, "counts": list(buckets.bucket_counts)}


def exemplars_of(point):
    return [{"time": str(exemplar.time_unix_nano), "trace_id": f"{exemplar.trace_id:032x}", "span_id": f"{exemplar.span_id:016x}",
             "attributes": dict(exemplar.filtered_attributes or {}), "value": exemplar.value} for exemplar in point.exemplars]


for of_resource in kept.get_metrics_data().resource_metrics:
    for metric in (metric for of_scope in of_resource.scope_metrics for metric in of_scope.metrics):
        for point in metric.data.data_points:
            common = {"name": metric.name, "unit": metric.unit, "attributes": dict(point.attributes), "scope": "shop",
                      "service": service}
            if metric.name == "latency":
                sent("metrics", kind="exponential", count=point.count, sum=point.sum, min=point.min, max=point.max,
                     scale=point.scale, zeroCount=point.zero_count, positive=sides(point.positive),
                     negative=sides(point.negative), **common)
            elif metric.name == "wait":
                sent("metrics", kind="histogram", count=point.count, sum=point.sum, bounds=list(point.explicit_bounds),
                     buckets=list(point.bucket_counts), exemplars=exemplars_of(point), **common)
meters.shutdown()
