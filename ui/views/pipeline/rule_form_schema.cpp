#include "ui/views/pipeline/rule_form_schema.h"

#include "ui/views/pipeline/config_tree.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace sluice::ui {
namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("RuleForm", text);
}

FieldSpec field(std::string path, FieldKind kind, const QString& label, const QString& hint = {})
{
    return {std::move(path), kind, label, hint, {}, false, false};
}

FieldSpec choice(
    std::string path, const QString& label, std::vector<FieldChoice> choices, const QString& hint = {})
{
    return {std::move(path), FieldKind::Choice, label, hint, std::move(choices), false, false};
}

FieldSpec toggle(std::string path, const QString& label, bool isOnByDefault, const QString& hint = {})
{
    return {std::move(path), FieldKind::Switch, label, hint, {}, isOnByDefault, false};
}

FieldSpec matchType(const std::string& prefix)
{
    return choice(prefix + "match_type", tr("Compare"),
        {{tr("Exact text"), "strict"}, {tr("Regular expression"), "regexp"}});
}

/// Number or name, as the filter processor takes severities ("WARN", "13"); attributes takes numbers only.
void addSeverity(std::vector<FieldSpec>& fields, const std::string& prefix, bool isNamed)
{
    FieldSpec least = field(prefix + "log_severity_number.min", FieldKind::Number, tr("Severity from"),
        tr("1 to 24, 9 is INFO, 17 is ERROR"));
    if (isNamed) {
        least = field(prefix + "severity_number.min", FieldKind::Text, tr("Severity from"),
            tr("WARN, or a number from 1 to 24"));
        least.isRaw = true;
    }
    fields.push_back(std::move(least));
    fields.push_back(
        toggle(prefix + (isNamed ? "severity_number" : "log_severity_number") + ".match_undefined",
            tr("Match if unset"), false));
}

std::vector<FieldSpec> spanMatch(const std::string& prefix)
{
    return {
        matchType(prefix),
        field(prefix + "services", FieldKind::Texts, tr("Services"), tr("any service")),
        field(prefix + "span_names", FieldKind::Texts, tr("Span names"), tr("any name")),
        field(prefix + "span_kinds", FieldKind::Texts, tr("Span kinds"), tr("SPAN_KIND_SERVER, …")),
        field(prefix + "attributes", FieldKind::Pairs, tr("Attributes")),
        field(prefix + "resources", FieldKind::Pairs, tr("Resource")),
        field(prefix + "libraries", FieldKind::Libraries, tr("Scopes")),
    };
}

/// Of the attributes processor.
std::vector<FieldSpec> logMatch(const std::string& prefix)
{
    std::vector<FieldSpec> fields{
        matchType(prefix),
        field(prefix + "log_bodies", FieldKind::Texts, tr("Bodies"), tr("any body")),
        field(prefix + "log_severity_texts", FieldKind::Texts, tr("Severities"), tr("INFO, ERROR, …")),
    };
    addSeverity(fields, prefix, false);
    fields.push_back(field(prefix + "attributes", FieldKind::Pairs, tr("Attributes")));
    fields.push_back(field(prefix + "resources", FieldKind::Pairs, tr("Resource")));
    fields.push_back(field(prefix + "libraries", FieldKind::Libraries, tr("Scopes")));
    return fields;
}

/// Of the filter processor, which has names of its own.
std::vector<FieldSpec> logFilterMatch(const std::string& prefix)
{
    std::vector<FieldSpec> fields{
        matchType(prefix),
        field(prefix + "bodies", FieldKind::Texts, tr("Bodies"), tr("any body")),
        field(prefix + "severity_texts", FieldKind::Texts, tr("Severities"), tr("INFO, ERROR, …")),
    };
    addSeverity(fields, prefix, true);
    fields.push_back(field(prefix + "record_attributes", FieldKind::Pairs, tr("Attributes")));
    fields.push_back(field(prefix + "resource_attributes", FieldKind::Pairs, tr("Resource")));
    return fields;
}

std::vector<FieldSpec> metricMatch(const std::string& prefix, bool isFilter)
{
    return {
        matchType(prefix),
        field(prefix + "metric_names", FieldKind::Texts, tr("Metric names"), tr("any metric")),
        field(prefix + (isFilter ? "resource_attributes" : "resources"), FieldKind::Pairs, tr("Resource"),
            isFilter ? QString() : tr("accepted, without effect")),
    };
}

FormSchema attributesSchema(Signal signal)
{
    const auto match = [signal](const std::string& prefix) {
        switch (signal) {
        case Signal::Traces: return spanMatch(prefix);
        case Signal::Logs: return logMatch(prefix);
        case Signal::Metrics: break;
        }
        return metricMatch(prefix, false);
    };
    FormSchema schema;
    schema.sections.push_back(
        {tr("Actions"), tr("run top to bottom"), {}, {field("actions", FieldKind::Actions, QString())}});
    schema.sections.push_back(
        {tr("Only records that match"), tr("all of these hold"), "include", match("include.")});
    schema.sections.push_back(
        {tr("Except records that match"), tr("all of these hold"), "exclude", match("exclude.")});
    return schema;
}

FormSchema filterSchema(Signal signal)
{
    const std::string root = signal == Signal::Traces ? "spans" : std::string(nameOf(signal));
    const auto match = [signal](const std::string& prefix) {
        switch (signal) {
        case Signal::Traces: return spanMatch(prefix);
        case Signal::Logs: return logFilterMatch(prefix);
        case Signal::Metrics: break;
        }
        return metricMatch(prefix, true);
    };
    FormSchema schema;
    schema.sections.push_back(
        {tr("Drop what matches"), tr("all of these hold"), root + ".exclude", match(root + ".exclude.")});
    schema.sections.push_back(
        {tr("Keep only what matches"), tr("looked at first"), root + ".include", match(root + ".include.")});
    schema.sections.push_back({tr("Options"), {}, {},
        {choice("error_mode", tr("If it fails"),
            {{tr("Ignore and report"), ""}, {tr("Ignore in silence"), "silent"},
                {tr("Refuse the request"), "propagate"}, {tr("Ignore, written out"), "ignore"}})}});
    return schema;
}

FormSchema samplerSchema(Signal signal)
{
    FormSchema schema;
    schema.sections.push_back({tr("Sampling"), {}, {},
        {
            field("sampling_percentage", FieldKind::Percent, tr("Keep")),
            choice("mode", tr("Mode"),
                {{tr("Hash seed, the default"), ""}, {tr("Hash seed"), "hash_seed"},
                    {tr("Proportional"), "proportional"}, {tr("Equalizing"), "equalizing"}}),
            field("hash_seed", FieldKind::Number, tr("Hash seed"), tr("0, used by mode Hash seed")),
            field("sampling_precision", FieldKind::Number, tr("Precision"),
                tr("4 hexadecimal digits, 1 to 14")),
            toggle("fail_closed", tr("Drop on error"), true,
                tr("Records without usable randomness are dropped")),
        }});
    if (signal == Signal::Logs) {
        schema.sections.push_back({tr("Log records"), {}, {},
            {
                choice("attribute_source", tr("Decide by"),
                    {{tr("Trace id, the default"), ""}, {tr("Trace id"), "traceID"},
                        {tr("Attribute"), "record"}}),
                field("from_attribute", FieldKind::Text, tr("Attribute"), tr("none")),
                field("sampling_priority", FieldKind::Text, tr("Priority from"),
                    tr("attribute with a percentage")),
            }});
    }
    return schema;
}

} // namespace

std::vector<std::string> FormSchema::unshownKeys(const config::Node& tree) const
{
    std::vector<std::string> shown;
    for (const SectionSpec& section : sections) {
        shown.push_back(section.path);
        for (const FieldSpec& each : section.fields)
            shown.push_back(each.path);
    }
    std::vector<std::string> unshown;
    for (const std::string& path : leafPaths(tree)) {
        if (std::ranges::find(shown, path) == shown.end())
            unshown.push_back(path);
    }
    return unshown;
}

std::vector<ProcessorKind> processorKinds(Signal signal)
{
    std::vector<ProcessorKind> kinds{
        {"attributes", tr("Change attributes"), tr("insert, update, delete, hash, extract, convert"), "tag"},
        {"resource", tr("Change the resource"), tr("the same actions, on resource attributes"), "server"},
        {"filter", tr("Drop records"), tr("by service, name, attribute or severity"), "funnel"},
    };
    if (signal != Signal::Metrics) {
        kinds.push_back(
            {"probabilistic_sampler", tr("Keep a share"), tr("the same traces everywhere"), "percent"});
    }
    return kinds;
}

const char* processorIcon(std::string_view type)
{
    for (const ProcessorKind& kind : processorKinds(Signal::Traces)) {
        if (kind.type == type)
            return kind.icon;
    }
    return "rule";
}

FormSchema formSchema(std::string_view type, Signal signal)
{
    if (type == "attributes")
        return attributesSchema(signal);
    if (type == "filter")
        return filterSchema(signal);
    if (type == "probabilistic_sampler")
        return samplerSchema(signal);
    FormSchema schema;
    if (type == "resource") {
        schema.sections.push_back({tr("Actions"), tr("run top to bottom, on the resource"), {},
            {field("attributes", FieldKind::Actions, QString())}});
    }
    return schema;
}

std::string initialConfig(std::string_view type, Signal signal)
{
    if (type == "attributes")
        return "actions:\n  - key: user.email\n    action: hash\n";
    if (type == "resource")
        return "attributes:\n  - key: deployment.environment.name\n    action: insert\n    value: local\n";
    if (type == "probabilistic_sampler")
        return "sampling_percentage: 100\n";
    if (type == "filter") {
        switch (signal) {
        case Signal::Traces:
            return "spans:\n  exclude:\n    match_type: strict\n    span_names:\n      - GET /healthz\n";
        case Signal::Logs:
            return "logs:\n  exclude:\n    match_type: strict\n    severity_texts:\n      - DEBUG\n";
        case Signal::Metrics:
            return "metrics:\n  exclude:\n    match_type: strict\n    metric_names:\n      - "
                   "system.network.io\n";
        }
    }
    return {};
}

std::vector<std::string> keysOfAction(std::string_view action)
{
    if (action == "insert" || action == "update" || action == "upsert")
        return {"key", "value", "from_attribute", "from_context", "default_value"};
    if (action == "delete" || action == "hash" || action == "extract")
        return {"key", "pattern"};
    if (action == "convert")
        return {"key", "converted_type"};
    return {"key"};
}

QString describeAction(std::string_view action)
{
    if (action == "insert")
        return tr("adds it if it is absent");
    if (action == "update")
        return tr("changes it if it is there");
    if (action == "upsert")
        return tr("adds it or changes it");
    if (action == "delete")
        return tr("removes it, and every name that matches the pattern");
    if (action == "hash")
        return tr("replaces the value by its SHA-256, in hex");
    if (action == "extract")
        return tr("sets an attribute for each named group");
    if (action == "convert")
        return tr("changes the type of the value");
    return {};
}

const std::vector<std::string>& actionNames()
{
    static const std::vector<std::string> names{
        "insert", "update", "upsert", "delete", "hash", "extract", "convert"};
    return names;
}

} // namespace sluice::ui
