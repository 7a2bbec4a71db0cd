import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends a known set of spans, logs and metrics with the Java SDK and prints what it sent, one JSON line a record.
 *
 * <p>usage: Send grpc|http none|gzip HOST:PORT SERVICE
 */
public final class Send {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final boolean grpc;
    private final String compression;
    private final String url;
    private final String service;
    private final Resource resource;

    private Send(String[] arguments) {
        grpc = arguments[0].equals("grpc");
        compression = arguments[1];
        url = "http://" + arguments[2];
        service = arguments[3];
        resource = Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service,
            AttributeKey.longKey("host.cores"), 2L));
    }

    public static void main(String[] arguments) {
        Send send = new Send(arguments);
        send.spans();
        send.logs();
        send.metrics();
    }

    /** `fields` is the inside of a JSON object: no value in here needs escaping. */
    private void sent(String signal, String fields) {
        OUT.println("{\"signal\":\"" + signal + "\",\"scope\":\"shop\",\"service\":\"" + service + "\"," + fields + "}");
    }

    private Span span(Tracer tracer, String name, SpanKind kind, Span parent, Attributes attributes, String asJson, boolean failed,
            Span linked) {
        Context context = parent == null ? Context.root() : Context.root().with(parent);
        var builder = tracer.spanBuilder(name).setSpanKind(kind).setParent(context).setAllAttributes(attributes);
        String links = "";
        if (linked != null) {
            builder.addLink(linked.getSpanContext(), Attributes.of(AttributeKey.stringKey("why"), "retry"));
            links = String.format("[\"%s\",\"%s\",{\"why\":\"retry\"}]", linked.getSpanContext().getTraceId(),
                linked.getSpanContext().getSpanId());
        }
        Span span = builder.startSpan();
        span.addEvent("picked", Attributes.of(AttributeKey.longKey("shelf"), 7L));
        if (failed) {
            span.setStatus(StatusCode.ERROR, "out of stock");
        }
        span.end();
        var data = ((ReadableSpan) span).toSpanData();
        sent("traces", String.format("\"trace_id\":\"%s\",\"span_id\":\"%s\",\"parent_id\":\"%s\",\"name\":\"%s\",\"kind\":%d,"
            + "\"start\":\"%d\",\"end\":\"%d\",\"status\":%d,\"message\":\"%s\",\"events\":[\"picked\"],\"attributes\":{%s},"
            + "\"event_attributes\":[{\"shelf\":7}],\"links\":[%s],\"scope_version\":\"1.2\",\"flags\":257",
            data.getTraceId(), data.getSpanId(), parent == null ? "" : data.getParentSpanId(), name,
            kind == SpanKind.SERVER ? 2 : 1, data.getStartEpochNanos(), data.getEndEpochNanos(), failed ? 2 : 0,
            failed ? "out of stock" : "", asJson, links));
        return span;
    }

    private void spans() {
        SpanExporter exporter = grpc
            ? OtlpGrpcSpanExporter.builder().setEndpoint(url).setCompression(compression).build()
            : OtlpHttpSpanExporter.builder().setEndpoint(url + "/v1/traces").setCompression(compression).build();
        try (SdkTracerProvider provider = SdkTracerProvider.builder().setResource(resource)
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).setMaxExportBatchSize(16).build()).build()) {
            Tracer tracer = provider.tracerBuilder("shop").setInstrumentationVersion("1.2").build();
            Span last = null;
            for (int number = 0; number < 20; number++) {
                Attributes attributes = Attributes.builder().put("number", number).put("ratio", number / 4.0)
                    .put("vip", number % 2 == 0).put("city", "Zürich 🚲").build();
                Span root = span(tracer, "order " + number, SpanKind.SERVER, null, attributes, "\"number\":" + number
                    + ",\"ratio\":" + number / 4.0 + ",\"vip\":" + (number % 2 == 0) + ",\"city\":\"Zürich 🚲\"", number % 5 == 0,
                    null);
                Attributes inner = Attributes.of(AttributeKey.stringArrayKey("items"), List.of("tea", "cup"),
                    AttributeKey.longKey("negative"), (long) -number);
                last = span(tracer, "reserve", SpanKind.INTERNAL, root, inner,
                    "\"items\":[\"tea\",\"cup\"],\"negative\":" + -number, false, last);
            }
        }
    }

    private void logs() {
        LogRecordExporter exporter = grpc
            ? OtlpGrpcLogRecordExporter.builder().setEndpoint(url).setCompression(compression).build()
            : OtlpHttpLogRecordExporter.builder().setEndpoint(url + "/v1/logs").setCompression(compression).build();
        try (SdkLoggerProvider provider = SdkLoggerProvider.builder().setResource(resource)
                .addLogRecordProcessor(BatchLogRecordProcessor.builder(exporter).setMaxExportBatchSize(16).build()).build()) {
            var logger = provider.get("shop");
            for (int number = 0; number < 40; number++) {
                String body = "order " + number + " is on its way 🚲";
                long time = 1_700_000_000_000_000_001L + number;
                logger.logRecordBuilder().setTimestamp(time, TimeUnit.NANOSECONDS).setSeverity(Severity.WARN)
                    .setSeverityText("WARN").setBody(body)
                    .setAllAttributes(Attributes.builder().put("number", number).put("ratio", number / 4.0).build()).emit();
                sent("logs", "\"body\":\"" + body + "\",\"time\":\"" + time + "\",\"severity\":13,\"severity_text\":\"WARN\","
                    + "\"attributes\":{\"number\":" + number + ",\"ratio\":" + number / 4.0 + "}");
            }
        }
    }

    private void metric(String name, String unit, String kind, int till, String point) {
        sent("metrics", "\"name\":\"" + name + "\",\"unit\":\"" + unit + "\",\"kind\":\"" + kind + "\",\"attributes\":{\"till\":"
            + till + "}," + point);
    }

    private void metrics() {
        MetricExporter exporter = grpc
            ? OtlpGrpcMetricExporter.builder().setEndpoint(url).setCompression(compression).build()
            : OtlpHttpMetricExporter.builder().setEndpoint(url + "/v1/metrics").setCompression(compression).build();
        try (SdkMeterProvider provider = SdkMeterProvider.builder().setResource(resource)
                .registerMetricReader(PeriodicMetricReader.builder(exporter).setInterval(Duration.ofHours(1)).build()).build()) {
            var meter = provider.get("shop");
            var orders = meter.counterBuilder("orders").setUnit("{order}").build();
            var queue = meter.upDownCounterBuilder("queue").build();
            var temperature = meter.gaugeBuilder("temperature").setUnit("Cel").build();
            var duration = meter.histogramBuilder("duration").setUnit("s").build();
            for (int number = 0; number < 5; number++) {
                Attributes attributes = Attributes.of(AttributeKey.longKey("till"), (long) number);
                orders.add(10 + number, attributes);
                queue.add(-number, attributes);
                temperature.set(number + 0.5, attributes);
                duration.record(0.25, attributes);
                duration.record(number, attributes);
                metric("orders", "{order}", "sum", number, "\"value\":" + (10 + number));
                metric("queue", "", "sum", number, "\"value\":" + -number);
                metric("temperature", "Cel", "gauge", number, "\"value\":" + (number + 0.5));
                metric("duration", "s", "histogram", number, "\"count\":2,\"sum\":" + (0.25 + number)
                    + ",\"bounds\":[0,5,10,25,50,75,100,250,500,750,1000,2500,5000,7500,10000],\"buckets\":["
                    + (number == 0 ? "1,1" : "0,2") + ",0,0,0,0,0,0,0,0,0,0,0,0,0,0]");
            }
        }
    }
}
