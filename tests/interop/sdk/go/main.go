// Sends a known set of spans, logs and metrics with the Go SDK and prints what it sent, one JSON line a record.
//
// usage: sender grpc|http none|gzip HOST:PORT SERVICE
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type record map[string]any

var transport, compression, address, service string

func sent(signal string, fields record) {
	fields["signal"], fields["scope"], fields["service"] = signal, "shop", service
	line, err := json.Marshal(fields)
	check(err)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func spanExporter(ctx context.Context) sdktrace.SpanExporter {
	if transport == "grpc" {
		options := []otlptracegrpc.Option{otlptracegrpc.WithInsecure(), otlptracegrpc.WithEndpoint(address)}
		if compression == "gzip" {
			options = append(options, otlptracegrpc.WithCompressor("gzip"))
		}
		exporter, err := otlptracegrpc.New(ctx, options...)
		check(err)
		return exporter
	}
	options := []otlptracehttp.Option{otlptracehttp.WithInsecure(), otlptracehttp.WithEndpoint(address)}
	if compression == "gzip" {
		options = append(options, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	check(err)
	return exporter
}

func logExporter(ctx context.Context) sdklog.Exporter {
	if transport == "grpc" {
		options := []otlploggrpc.Option{otlploggrpc.WithInsecure(), otlploggrpc.WithEndpoint(address)}
		if compression == "gzip" {
			options = append(options, otlploggrpc.WithCompressor("gzip"))
		}
		exporter, err := otlploggrpc.New(ctx, options...)
		check(err)
		return exporter
	}
	options := []otlploghttp.Option{otlploghttp.WithInsecure(), otlploghttp.WithEndpoint(address)}
	if compression == "gzip" {
		options = append(options, otlploghttp.WithCompression(otlploghttp.GzipCompression))
	}
	exporter, err := otlploghttp.New(ctx, options...)
	check(err)
	return exporter
}

func metricExporter(ctx context.Context) sdkmetric.Exporter {
	if transport == "grpc" {
		options := []otlpmetricgrpc.Option{otlpmetricgrpc.WithInsecure(), otlpmetricgrpc.WithEndpoint(address)}
		if compression == "gzip" {
			options = append(options, otlpmetricgrpc.WithCompressor("gzip"))
		}
		exporter, err := otlpmetricgrpc.New(ctx, options...)
		check(err)
		return exporter
	}
	options := []otlpmetrichttp.Option{otlpmetrichttp.WithInsecure(), otlpmetrichttp.WithEndpoint(address)}
	if compression == "gzip" {
		options = append(options, otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression))
	}
	exporter, err := otlpmetrichttp.New(ctx, options...)
	check(err)
	return exporter
}

func sendSpans(ctx context.Context, from *resource.Resource) {
	provider := sdktrace.NewTracerProvider(sdktrace.WithResource(from),
		sdktrace.WithBatcher(spanExporter(ctx), sdktrace.WithMaxExportBatchSize(16)))
	tracer := provider.Tracer("shop", trace.WithInstrumentationVersion("1.2"))
	var last trace.SpanContext // The reservation before: the next one links to it.
	send := func(parent context.Context, name string, kind trace.SpanKind, failed bool, attributes record,
		pairs ...attribute.KeyValue) context.Context {
		options := []trace.SpanStartOption{trace.WithSpanKind(kind), trace.WithAttributes(pairs...)}
		links := [][]any{}
		if kind == trace.SpanKindInternal && last.IsValid() {
			options = append(options, trace.WithLinks(trace.Link{SpanContext: last,
				Attributes: []attribute.KeyValue{attribute.String("why", "retry")}}))
			links = append(links, []any{last.TraceID().String(), last.SpanID().String(), record{"why": "retry"}})
		}
		inside, span := tracer.Start(parent, name, options...)
		if kind == trace.SpanKindInternal {
			last = span.SpanContext()
		}
		span.AddEvent("picked", trace.WithAttributes(attribute.Int("shelf", 7)))
		status, message := 0, ""
		if failed {
			status, message = 2, "out of stock"
			span.SetStatus(codes.Error, message)
		}
		span.End()
		read := span.(sdktrace.ReadOnlySpan)
		parentID := ""
		if read.Parent().IsValid() {
			parentID = read.Parent().SpanID().String()
		}
		sent("traces", record{"trace_id": span.SpanContext().TraceID().String(), "span_id": span.SpanContext().SpanID().String(),
			"parent_id": parentID, "name": name, "kind": int(kind), "start": fmt.Sprint(read.StartTime().UnixNano()),
			"end": fmt.Sprint(read.EndTime().UnixNano()), "status": status, "message": message, "events": []string{"picked"},
			"event_attributes": []record{{"shelf": 7}}, "links": links, "scope_version": "1.2", "flags": 0x101,
			"attributes": attributes})
		return inside
	}
	for number := range 20 {
		ratio, vip := float64(number)/4, number%2 == 0
		root := send(ctx, fmt.Sprint("order ", number), trace.SpanKindServer, number%5 == 0,
			record{"number": number, "ratio": ratio, "vip": vip, "city": "Zürich 🚲"},
			attribute.Int("number", number), attribute.Float64("ratio", ratio), attribute.Bool("vip", vip),
			attribute.String("city", "Zürich 🚲"))
		send(root, "reserve", trace.SpanKindInternal, false, record{"items": []string{"tea", "cup"}, "negative": -number},
			attribute.StringSlice("items", []string{"tea", "cup"}), attribute.Int("negative", -number))
	}
	check(provider.Shutdown(ctx))
}

func sendLogs(ctx context.Context, from *resource.Resource) {
	provider := sdklog.NewLoggerProvider(sdklog.WithResource(from),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(logExporter(ctx), sdklog.WithExportMaxBatchSize(16))))
	logger := provider.Logger("shop")
	for number := range 40 {
		body, at := fmt.Sprintf("order %d is on its way 🚲", number), time.Unix(1_700_000_000, int64(number)+1)
		var entry log.Record
		entry.SetTimestamp(at)
		entry.SetSeverity(log.SeverityWarn)
		entry.SetSeverityText("WARN")
		entry.SetBody(attribute.StringValue(body))
		entry.AddAttributes(attribute.Int("number", number), attribute.Float64("ratio", float64(number)/4))
		logger.Emit(ctx, entry)
		sent("logs", record{"body": body, "time": fmt.Sprint(at.UnixNano()), "severity": 13, "severity_text": "WARN",
			"attributes": record{"number": number, "ratio": float64(number) / 4}})
	}
	check(provider.Shutdown(ctx))
}

func sendMetrics(ctx context.Context, from *resource.Resource) {
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithResource(from),
		sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metricExporter(ctx), sdkmetric.WithInterval(time.Hour))))
	meter := provider.Meter("shop")
	orders, err := meter.Int64Counter("orders", metric.WithUnit("{order}"))
	check(err)
	queue, err := meter.Int64UpDownCounter("queue")
	check(err)
	temperature, err := meter.Float64Gauge("temperature", metric.WithUnit("Cel"))
	check(err)
	duration, err := meter.Float64Histogram("duration", metric.WithUnit("s"))
	check(err)
	bounds := []float64{0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000}
	for number := range 5 {
		attributes, at := record{"till": number}, metric.WithAttributes(attribute.Int("till", number))
		orders.Add(ctx, int64(10+number), at)
		queue.Add(ctx, int64(-number), at)
		temperature.Record(ctx, float64(number)+0.5, at)
		duration.Record(ctx, 0.25, at)
		duration.Record(ctx, float64(number), at)
		sent("metrics", record{"name": "orders", "unit": "{order}", "kind": "sum", "attributes": attributes, "value": 10 + number})
		sent("metrics", record{"name": "queue", "unit": "", "kind": "sum", "attributes": attributes, "value": -number})
		sent("metrics", record{"name": "temperature", "unit": "Cel", "kind": "gauge", "attributes": attributes,
			"value": float64(number) + 0.5})
		buckets := make([]int, len(bounds)+1)
		buckets[1]++
		buckets[min(number, 1)]++
		sent("metrics", record{"name": "duration", "unit": "s", "kind": "histogram", "attributes": attributes, "count": 2,
			"sum": 0.25 + float64(number), "bounds": bounds, "buckets": buckets, "min": min(0.25, float64(number)),
			"max": max(0.25, float64(number))})
	}
	check(provider.Shutdown(ctx))
}

func main() {
	if len(os.Args) != 5 {
		check(fmt.Errorf("usage: %s grpc|http none|gzip HOST:PORT SERVICE", os.Args[0]))
	}
	transport, compression, address, service = os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	ctx := context.Background()
	from := resource.NewSchemaless(attribute.String("service.name", service), attribute.Int("host.cores", 2))
	sendSpans(ctx, from)
	sendLogs(ctx, from)
	sendMetrics(ctx, from)
}
