#include "app/commands/record_json.h"

namespace sluice::commands {

namespace {

void write(JsonWriter& json, std::string_view key, const std::vector<query::Attribute>& attributes)
{
    json.beginArray(key);
    for (const query::Attribute& attribute : attributes) {
        json.beginObject()
            .member("key", attribute.key)
            .member("value", attribute.text)
            .member("type", attribute.type);
        json.endObject();
    }
    json.endArray();
}

/// Received and after, each change with the rule that made it.
void write(JsonWriter& json, std::string_view key, const std::vector<query::AttributeChange>& changes)
{
    using Kind = query::AttributeChange::Kind;
    json.beginArray(key);
    for (const query::AttributeChange& change : changes) {
        json.beginObject().member("key", change.key).member("type", change.type);
        if (change.kind != Kind::Added)
            json.member("received", change.before);
        if (change.kind != Kind::Removed)
            json.member("after", change.kind == Kind::Unchanged ? change.before : change.after);
        if (change.kind != Kind::Unchanged) {
            json.member("change",
                change.kind == Kind::Added         ? "added"
                    : change.kind == Kind::Removed ? "removed"
                                                   : "changed");
            json.member("rule", change.rule);
        }
        json.endObject();
    }
    json.endArray();
}

void write(JsonWriter& json, const query::ResourceInfo& resource, const query::ScopeInfo& scope)
{
    json.beginObject("resource").member("service", resource.service).member("schema_url", resource.schemaUrl);
    write(json, "attributes", resource.attributes);
    json.endObject();
    json.beginObject("scope")
        .member("name", scope.name)
        .member("version", scope.version)
        .member("schema_url", scope.schemaUrl);
    write(json, "attributes", scope.attributes);
    json.endObject();
}

std::string hexOrEmpty(const auto& id)
{
    return id.isValid() ? id.toHex() : std::string();
}

void writeMembers(JsonWriter& json, const query::LogRow& log)
{
    json.member("record", "logs:" + std::to_string(log.sequence))
        .member("time_unix_nano", log.time)
        .member("severity", severityName(log.severity))
        .member("severity_number", static_cast<int>(log.severity))
        .member("severity_text", log.severityText)
        .member("service", log.service)
        .member("trace_id", hexOrEmpty(log.traceId))
        .member("span_id", hexOrEmpty(log.spanId));
}

} // namespace

std::string severityName(std::uint8_t number)
{
    static constexpr std::array<const char*, 6> names{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    return number == 0 || number > 24 ? "-" : names[static_cast<std::size_t>(number - 1) / 4];
}

void write(JsonWriter& json, std::string_view key, const query::Outcome& outcome)
{
    json.beginObject(key).member("kind", nameOf(outcome.kind)).member("revision", outcome.revision);
    json.beginArray("rules");
    for (const std::string& rule : outcome.rules)
        json.element(rule);
    json.endArray();
    if (!outcome.condition.empty())
        json.member("condition", outcome.condition);
    json.endObject();
}

void writeMembers(JsonWriter& json, const query::TraceSummary& trace)
{
    json.member("trace_id", trace.traceId.toHex())
        .member("start_time_unix_nano", trace.start)
        .member("duration_nano", trace.duration)
        .member("root_service", trace.rootService)
        .member("root_name", trace.rootName)
        .member("has_root", trace.hasRoot)
        .member("spans", trace.spanCount)
        .member("errors", trace.errorCount)
        .member("http_status", trace.httpStatus);
    json.beginArray("services");
    for (const std::string& service : trace.services)
        json.element(service);
    json.endArray();
    write(json, "outcome", trace.outcome);
}

void write(JsonWriter& json, const query::TraceSummary& trace)
{
    json.beginObject();
    writeMembers(json, trace);
    json.endObject();
}

void write(JsonWriter& json, const query::SpanDetail& span)
{
    json.beginObject()
        .member("record", "traces:" + std::to_string(span.row.sequence))
        .member("trace_id", hexOrEmpty(span.traceId))
        .member("span_id", hexOrEmpty(span.row.id))
        .member("parent_span_id", hexOrEmpty(span.row.parent))
        .member("name", span.row.name)
        .member("kind", static_cast<int>(span.row.kind))
        .member("start_time_unix_nano", span.row.start)
        .member("duration_nano", span.row.duration)
        .member("status_code", static_cast<int>(span.row.status))
        .member("status_message", span.statusMessage)
        .member("trace_state", span.traceState)
        .member("flags", span.flags)
        .member("arrival_time_unix_nano", span.arrival)
        .member("service", span.service);
    write(json, "attributes", span.attributes);
    write(json, "resource_attributes", span.resourceAttributes);
    json.beginArray("events");
    for (const query::SpanEvent& event : span.events) {
        json.beginObject().member("time_unix_nano", event.time).member("name", event.name);
        write(json, "attributes", event.attributes);
        json.endObject();
    }
    json.endArray().beginArray("links");
    for (const query::SpanLink& link : span.links) {
        json.beginObject()
            .member("trace_id", hexOrEmpty(link.traceId))
            .member("span_id", hexOrEmpty(link.spanId));
        json.member("trace_state", link.traceState);
        write(json, "attributes", link.attributes);
        json.endObject();
    }
    json.endArray();
    write(json, span.resource, span.scope);
    write(json, "outcome", span.outcome);
    json.endObject();
}

void write(JsonWriter& json, const query::LogRow& log)
{
    json.beginObject();
    writeMembers(json, log);
    json.member("body", log.body).member("outcome", nameOf(log.outcome));
    if (!log.outcomeRule.empty())
        json.member("rule", log.outcomeRule);
    json.endObject();
}

void write(JsonWriter& json, const query::LogDetail& log)
{
    json.beginObject();
    writeMembers(json, log.row);
    json.member("body", log.fullBody)
        .member("event_name", log.eventName)
        .member("observed_time_unix_nano", log.observed)
        .member("arrival_time_unix_nano", log.arrival);
    write(json, "attributes", log.attributes);
    write(json, "resource_attributes", log.resourceAttributes);
    write(json, log.resource, log.scope);
    write(json, "outcome", log.outcome);
    json.endObject();
}

void write(JsonWriter& json, const query::MetricInfo& metric)
{
    json.beginObject()
        .member("name", metric.name)
        .member("unit", metric.unit)
        .member("description", metric.description)
        .member("type", metric.type)
        .member("temporality", metric.temporality)
        .member("is_monotonic", metric.isMonotonic)
        .member("series", metric.seriesCount)
        .member("points", metric.pointCount)
        .member("last_time_unix_nano", metric.last);
    json.beginArray("services");
    for (const std::string& service : metric.services)
        json.element(service);
    json.endArray().endObject();
}

void write(JsonWriter& json, const query::MetricSeries& series, const std::string& metric)
{
    json.beginObject().member("metric", metric).member("service", series.service);
    write(json, "attributes", series.attributes);
    json.beginArray("points");
    for (const query::MetricPoint& point : series.points) {
        json.beginObject().member("time_unix_nano", point.time).member("value", point.value);
        if (point.count > 0)
            json.member("count", point.count).member("sum", point.sum);
        if (point.exemplarTrace.isValid())
            json.member("exemplar_trace_id", point.exemplarTrace.toHex());
        json.endObject();
    }
    json.endArray().endObject();
}

void write(JsonWriter& json, const query::Explanation& explanation)
{
    json.beginObject()
        .member("record",
            std::string(nameOf(explanation.record.signal)) + ':'
                + std::to_string(explanation.record.sequence))
        .member("name", explanation.name)
        .member("revision", explanation.revision);
    write(json, "outcome", explanation.outcome);
    json.beginArray("steps");
    for (const query::LadderStep& step : explanation.steps) {
        json.beginObject()
            .member("pipeline", step.pipeline)
            .member("rule", step.rule)
            .member("processor", step.processor)
            .member("enabled", step.enabled)
            .member("reached", step.reached)
            .member("effect", nameOf(step.effect))
            .member("condition", step.condition);
        write(json, "changes", step.changes);
        json.endObject();
    }
    json.endArray().endObject();
}

} // namespace sluice::commands
