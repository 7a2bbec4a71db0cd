// Sends a known set of spans, logs and metrics with the Node SDK and prints what it sent, one JSON line a record.
//
// usage: send.js grpc|http|json none|gzip HOST:PORT SERVICE
'use strict';

const api = require('@opentelemetry/api');
const { SeverityNumber } = require('@opentelemetry/api-logs');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const { LoggerProvider, BatchLogRecordProcessor } = require('@opentelemetry/sdk-logs');
const { MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');

const [transport, compression, address, service] = process.argv.slice(2);
const packages = { grpc: 'grpc', http: 'proto', json: 'http' };

function exporter(signal, name, path) {
  const kind = require(`@opentelemetry/exporter-${signal}-otlp-${packages[transport]}`)[name];
  const url = transport === 'grpc' ? `http://${address}` : `http://${address}/v1/${path}`;
  return new kind({ url, compression });
}

function sent(signal, record) {
  console.log(JSON.stringify({ signal, scope: 'shop', service, ...record }));
}

const nanoseconds = ([seconds, rest]) => (BigInt(seconds) * 1000000000n + BigInt(rest)).toString();
const resource = resourceFromAttributes({ 'service.name': service, 'host.cores': 2 });

async function spans() {
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(exporter('trace', 'OTLPTraceExporter', 'traces'), { maxExportBatchSize: 16 })],
  });
  const tracer = provider.getTracer('shop', '1.2');
  const send = (name, kind, parent, attributes, failed, linked) => {
    const context = parent ? api.trace.setSpan(api.ROOT_CONTEXT, parent) : api.ROOT_CONTEXT;
    const span = tracer.startSpan(name, {
      kind, attributes, links: linked ? [{ context: linked.spanContext(), attributes: { why: 'retry' } }] : [],
    }, context);
    span.addEvent('picked', { shelf: 7 });
    if (failed) span.setStatus({ code: api.SpanStatusCode.ERROR, message: 'out of stock' });
    span.end();
    const { traceId, spanId } = span.spanContext();
    sent('traces', {
      trace_id: traceId, span_id: spanId, parent_id: parent ? parent.spanContext().spanId : '', name, kind: kind + 1,
      start: nanoseconds(span.startTime), end: nanoseconds(span.endTime), status: failed ? 2 : 0,
      message: failed ? 'out of stock' : '', events: ['picked'], attributes,
      event_attributes: [{ shelf: 7 }], scope_version: '1.2', flags: 0x101, trace_state: '',
      links: linked ? [[linked.spanContext().traceId, linked.spanContext().spanId, { why: 'retry' }]] : [],
    });
    return span;
  };
  let last = null;
  for (let number = 0; number < 20; number++) {
    const root = send(`order ${number}`, api.SpanKind.SERVER, null,
      { number, ratio: number / 4, vip: number % 2 === 0, city: 'Zürich 🚲' }, number % 5 === 0);
    last = send('reserve', api.SpanKind.INTERNAL, root, { items: ['tea', 'cup'], negative: -1 - number }, false, last);
  }
  await provider.shutdown();
}

async function logs() {
  const processor = new BatchLogRecordProcessor({ exporter: exporter('logs', 'OTLPLogExporter', 'logs'), maxExportBatchSize: 16 });
  const provider = new LoggerProvider({ resource, processors: [processor] });
  const logger = provider.getLogger('shop');
  for (let number = 0; number < 40; number++) {
    const body = `order ${number} is on its way 🚲`;
    const attributes = { number, ratio: number / 4 };
    const time = 1700000000000 + number; // Milliseconds: a number of nanoseconds would not be exact.
    logger.emit({ timestamp: time, severityNumber: SeverityNumber.WARN, severityText: 'WARN', body, attributes });
    sent('logs', { body, time: `${time}000000`, severity: 13, severity_text: 'WARN', attributes });
  }
  await provider.shutdown();
}

async function metrics() {
  const reader = new PeriodicExportingMetricReader({
    exporter: exporter('metrics', 'OTLPMetricExporter', 'metrics'), exportIntervalMillis: 3600000,
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter('shop');
  const orders = meter.createCounter('orders', { unit: '{order}' });
  const queue = meter.createUpDownCounter('queue');
  const temperature = meter.createGauge('temperature', { unit: 'Cel' });
  const duration = meter.createHistogram('duration', { unit: 's' });
  const bounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];
  for (let number = 0; number < 5; number++) {
    const attributes = { till: number };
    orders.add(10 + number, attributes);
    queue.add(-1 - number, attributes);
    temperature.record(number + 0.5, attributes);
    duration.record(0.25, attributes);
    duration.record(number, attributes);
    sent('metrics', { name: 'orders', unit: '{order}', kind: 'sum', attributes, value: 10 + number });
    sent('metrics', { name: 'queue', unit: '', kind: 'sum', attributes, value: -1 - number });
    sent('metrics', { name: 'temperature', unit: 'Cel', kind: 'gauge', attributes, value: number + 0.5 });
    sent('metrics', { name: 'duration', unit: 's', kind: 'histogram', attributes, count: 2, sum: 0.25 + number,
      min: Math.min(0.25, number), max: Math.max(0.25, number), bounds,
      buckets: [number === 0 ? 1 : 0, number === 0 ? 1 : 2, ...Array(14).fill(0)] });
  }
  await provider.shutdown();
}

async function main() {
  // An export that fails is only logged by the SDK: make it the sender's own failure.
  api.diag.setLogger({ error: (...words) => { console.error(...words); process.exitCode = 1; },
    warn: console.error, info() {}, debug() {}, verbose() {} }, api.DiagLogLevel.WARN);
  await spans();
  await logs();
  await metrics();
}

main();
