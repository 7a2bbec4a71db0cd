#include "core/processors/match/match_properties.h"

#include "core/model/value_text.h"
#include "core/otlp/attributes.h"
#include "core/processors/match/node_value.h"
#include "core/wire/otlp_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sluice {

using config::Node;
using config::Problems;
using config::SectionReader;

namespace {

constexpr std::string_view kNoServiceName = "<nil-service-name>";
constexpr std::array<std::string_view, 6> kSpanKinds{"SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"};
constexpr std::array<std::string_view, 6> kSeverities{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

std::string_view kindText(std::uint8_t kind)
{
    return kind < kSpanKinds.size() ? kSpanKinds[kind] : std::string_view();
}

std::string_view serviceOf(Batch& batch, std::uint32_t index, std::string& storage)
{
    const Value* value = batch.resourceAttributes(batch.resourceOf(index)).find("service.name");
    if (value == nullptr)
        return kNoServiceName;
    if (value->isString())
        return value->text();
    storage = textOf(*value);
    return storage;
}

std::string bodyOf(Batch& batch, std::uint32_t index)
{
    const std::string_view body = batch.field(index, wire::LogRecordField::kBody);
    return textOf(otlp::decodeValue(body, batch.arena()));
}

std::string join(std::string_view a, std::string b)
{
    return a.empty() ? std::move(b) : std::string(a) + ", " + b;
}

/// "INFO", "info2" or "9" as a severity number.
std::optional<std::int64_t> severityNamed(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!text.empty() && error == std::errc() && end == text.data() + text.size())
        return number;
    std::string upper;
    for (const char c : text)
        upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    for (std::size_t i = 0; i < kSeverities.size(); ++i) {
        const auto first = static_cast<std::int64_t>(1 + 4 * i);
        if (upper == kSeverities[i])
            return first;
        for (std::int64_t step = 2; step <= 4; ++step) {
            if (upper == std::string(kSeverities[i]) + std::to_string(step))
                return first + step - 1;
        }
    }
    return std::nullopt;
}

} // namespace

TextMatcher TextMatcher::make(std::vector<std::string> texts, bool isRegexp, const Node* list,
    const std::string& path, Problems& problems)
{
    TextMatcher matcher;
    for (std::size_t i = 0; isRegexp && i < texts.size(); ++i) {
        auto pattern = Pattern::compile(texts[i]);
        if (pattern) {
            matcher.m_patterns.push_back(*std::move(pattern));
            continue;
        }
        const bool isItem = list != nullptr && list->isList() && i < list->items.size();
        problems.push_back({isItem ? path + '[' + std::to_string(i) + ']' : path,
            isItem ? list->items[i].position : (list == nullptr ? config::Position() : list->position),
            "is no regular expression: " + pattern.error()});
    }
    matcher.m_texts = std::move(texts);
    return matcher;
}

bool TextMatcher::matches(std::string_view text) const
{
    if (m_patterns.empty())
        return std::ranges::find(m_texts, text) != m_texts.end();
    return std::ranges::any_of(m_patterns, [&](const Pattern& pattern) { return pattern.isFoundIn(text); });
}

void AttributeMatcher::readList(const Node& list, const std::string& path, Problems& problems)
{
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        SectionReader section(list.items[i], path + '[' + std::to_string(i) + ']', problems);
        Entry entry;
        section.read("key", entry.key);
        const Node* value = section.find("value");
        section.finish();
        if (entry.key.empty())
            section.report("key", "a key is needed");
        if (value != nullptr && m_isRegexp && !value->isString()) {
            section.report(
                "value", "must be text, as match_type is regexp, but is " + std::string(nameOf(value->type)));
        } else if (value != nullptr && m_isRegexp) {
            auto pattern = Pattern::compile(value->text);
            if (pattern)
                entry.pattern = *std::move(pattern);
            else
                section.report("value", "is no regular expression: " + pattern.error());
        } else if (value != nullptr) {
            entry.value = valueOf(*value, *m_arena);
        }
        m_entries.push_back(std::move(entry));
    }
}

bool AttributeMatcher::matches(const Entry& entry, const Value& value) const
{
    if (entry.value)
        return value == *entry.value;
    if (!entry.pattern)
        return true;
    switch (value.type()) {
    case ValueType::String: return entry.pattern->isFoundIn(value.text());
    case ValueType::Double: return entry.pattern->isFoundIn(fixedTextOf(value.number()));
    case ValueType::Bool:
    case ValueType::Int: return entry.pattern->isFoundIn(textOf(value));
    case ValueType::Empty:
    case ValueType::Bytes:
    case ValueType::Array:
    case ValueType::Map: break;
    }
    return false;
}

bool AttributeMatcher::matches(AttributeList& attributes) const
{
    return std::ranges::all_of(m_entries, [&](const Entry& entry) {
        const Value* value = attributes.find(entry.key);
        return value != nullptr && matches(entry, *value);
    });
}

bool AttributeMatcher::matches(Batch& batch, std::uint32_t index) const
{
    if (m_entries.size() > 1)
        return matches(batch.attributes(index));
    return std::ranges::all_of(m_entries, [&](const Entry& entry) {
        const auto value = batch.findAttribute(index, entry.key);
        return value && matches(entry, *value);
    });
}

std::string AttributeMatcher::reason(std::string_view prefix, AttributeList& attributes) const
{
    std::string text;
    for (const Entry& entry : m_entries) {
        const Value* value = attributes.find(entry.key);
        text = join(text,
            shownKey(prefix, entry.key) + (value == nullptr ? " is absent" : " is " + shownValue(*value)));
    }
    return text;
}

TextMatcher MatchProperties::texts(SectionReader& section, std::string_view key, bool isRegexp)
{
    std::vector<std::string> list;
    section.read(key, list);
    return TextMatcher::make(
        std::move(list), isRegexp, section.find(key), section.pathOf(key), section.problems());
}

std::unique_ptr<MatchProperties> MatchProperties::read(
    const Node& node, const std::string& path, std::optional<Signal> signal, Form form, Problems& problems)
{
    const std::size_t before = problems.size();
    std::unique_ptr<MatchProperties> match(new MatchProperties());
    match->m_signal = signal.value_or(Signal::Traces);
    SectionReader section(node, path, problems);
    std::string type;
    section.read("match_type", type);
    const bool isRegexp = type == "regexp";
    if (!isRegexp && type != "strict")
        section.report("match_type", "must be strict or regexp" + (type.empty() ? "" : ", but is " + type));
    if (const Node* cache = section.map("regexp")) { // A cache makes no difference to what matches.
        SectionReader reader(*cache, section.pathOf("regexp"), problems);
        bool isEnabled = false;
        std::int64_t entries = 0;
        reader.read("cacheenabled", isEnabled);
        reader.read("cachemaxnumentries", entries);
        reader.finish();
    }
    match->m_attributes = AttributeMatcher(isRegexp);
    match->m_resources = AttributeMatcher(isRegexp);
    if (form == Form::FilterLogs)
        match->readFilterLogs(section, isRegexp);
    else
        match->readCommon(section, isRegexp);
    section.finish();
    if (signal && form == Form::Common)
        match->checkSignal(section, *signal, isRegexp);
    return problems.size() == before ? std::move(match) : nullptr;
}

void MatchProperties::readCommon(SectionReader& section, bool isRegexp)
{
    m_services = texts(section, "services", isRegexp);
    m_spanNames = texts(section, "span_names", isRegexp);
    m_spanKinds = texts(section, "span_kinds", isRegexp);
    m_logBodies = texts(section, "log_bodies", isRegexp);
    m_severityTexts = texts(section, "log_severity_texts", isRegexp);
    m_metricNames = texts(section, "metric_names", isRegexp);
    readSeverityNumber(section, "log_severity_number", false);
    readLibraries(section, isRegexp);
    if (const Node* list = section.list("attributes"))
        m_attributes.readList(*list, section.pathOf("attributes"), section.problems());
    if (const Node* list = section.list("resources"))
        m_resources.readList(*list, section.pathOf("resources"), section.problems());
}

void MatchProperties::readFilterLogs(SectionReader& section, bool isRegexp)
{
    m_logBodies = texts(section, "bodies", isRegexp);
    m_severityTexts = texts(section, "severity_texts", isRegexp);
    readSeverityNumber(section, "severity_number", true);
    if (const Node* list = section.list("record_attributes"))
        m_attributes.readList(*list, section.pathOf("record_attributes"), section.problems());
    if (const Node* list = section.list("resource_attributes"))
        m_resources.readList(*list, section.pathOf("resource_attributes"), section.problems());
}

void MatchProperties::readSeverityNumber(SectionReader& section, std::string_view key, bool isNamed)
{
    const Node* node = section.map(key);
    if (node == nullptr)
        return;
    SectionReader reader(*node, section.pathOf(key), section.problems());
    std::int64_t min = 0;
    std::string name;
    if (!isNamed) {
        reader.read("min", min);
    } else if (reader.read("min", name)) {
        if (const auto severity = severityNamed(name))
            min = *severity;
        else
            reader.report("min", "must be a severity from TRACE to FATAL4, or its number, but is " + name);
    }
    reader.read("match_undefined", m_matchesUndefinedSeverity);
    reader.finish();
    m_minSeverity = min;
}

void MatchProperties::readLibraries(SectionReader& section, bool isRegexp)
{
    const Node* list = section.list("libraries");
    for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
        const std::string path = section.pathOf("libraries") + '[' + std::to_string(i) + ']';
        SectionReader reader(list->items[i], path, section.problems());
        std::string name;
        std::string version;
        reader.read("name", name);
        const bool hasVersion = reader.read("version", version);
        reader.finish();
        Library library;
        library.name = TextMatcher::make(
            {name}, isRegexp, reader.find("name"), reader.pathOf("name"), section.problems());
        if (hasVersion)
            library.version = TextMatcher::make(
                {version}, isRegexp, reader.find("version"), reader.pathOf("version"), section.problems());
        m_libraries.push_back(std::move(library));
    }
}

void MatchProperties::checkSignal(SectionReader& section, Signal signal, bool isRegexp)
{
    struct Key {
        std::string_view name;
        bool isGiven;
        bool spans;
        bool logs;
        bool metrics;
    };
    const std::array keys{Key{"services", m_services.isCriterion(), true, false, false},
        Key{"span_names", m_spanNames.isCriterion(), true, false, false},
        Key{"span_kinds", m_spanKinds.isCriterion(), true, false, false},
        Key{"libraries", !m_libraries.empty(), true, true, false},
        Key{"attributes", m_attributes.isCriterion(), true, true, false},
        Key{"resources", m_resources.isCriterion(), true, true, true},
        Key{"log_bodies", m_logBodies.isCriterion(), false, true, false},
        Key{"log_severity_texts", m_severityTexts.isCriterion(), false, true, false},
        Key{"log_severity_number", m_minSeverity.has_value(), false, true, false},
        Key{"metric_names", m_metricNames.isCriterion(), false, false, true}};
    bool hasAny = false;
    std::string allowed;
    for (const Key& key : keys) {
        const bool isAllowed = signal == Signal::Traces ? key.spans
            : signal == Signal::Logs                    ? key.logs
                                                        : key.metrics;
        if (isAllowed)
            allowed = join(allowed, std::string(key.name));
        hasAny = hasAny || (isAllowed && key.isGiven);
        if (key.isGiven && !isAllowed)
            section.report(key.name, "does not work on " + std::string(nameOf(signal)));
    }
    if (!hasAny)
        section.report({}, "needs at least one of " + allowed);
    if (signal != Signal::Traces || isRegexp)
        return;
    std::vector<std::string> kinds;
    section.read("span_kinds", kinds);
    for (const std::string& kind : kinds) {
        if (std::find(kSpanKinds.begin() + 1, kSpanKinds.end(), kind) == kSpanKinds.end())
            section.report("span_kinds",
                "\"" + kind
                    + "\" is none of SPAN_KIND_INTERNAL, SPAN_KIND_SERVER, SPAN_KIND_CLIENT, "
                      "SPAN_KIND_PRODUCER, "
                      "SPAN_KIND_CONSUMER");
    }
}

bool MatchProperties::hasCriteria() const
{
    if (m_signal == Signal::Metrics)
        return m_metricNames.isCriterion();
    return m_services.isCriterion() || m_spanNames.isCriterion() || m_spanKinds.isCriterion()
        || m_logBodies.isCriterion() || m_severityTexts.isCriterion() || m_minSeverity || !m_libraries.empty()
        || m_attributes.isCriterion() || m_resources.isCriterion();
}

bool MatchProperties::matches(Batch& batch, std::uint32_t index) const
{
    switch (m_signal) {
    case Signal::Traces: return matchesSpan(batch, index) && matchesShared(batch, index);
    case Signal::Logs: return matchesLog(batch, index) && matchesShared(batch, index);
    case Signal::Metrics: break;
    }
    return m_metricNames.matches(batch.record(index).name);
}

bool MatchProperties::matchesSpan(Batch& batch, std::uint32_t index) const
{
    const otlp::RecordView& span = batch.record(index);
    if (m_services.isCriterion()) {
        std::string storage;
        if (!m_services.matches(serviceOf(batch, index, storage)))
            return false;
    }
    if (m_spanNames.isCriterion() && !m_spanNames.matches(span.name))
        return false;
    return !m_spanKinds.isCriterion() || m_spanKinds.matches(kindText(span.kind));
}

bool MatchProperties::matchesLog(Batch& batch, std::uint32_t index) const
{
    if (m_minSeverity) {
        const std::uint8_t severity = batch.record(index).kind;
        if (severity == 0 ? !m_matchesUndefinedSeverity : severity < *m_minSeverity)
            return false;
    }
    if (m_severityTexts.isCriterion()
        && !m_severityTexts.matches(batch.field(index, wire::LogRecordField::kSeverityText)))
        return false;
    return !m_logBodies.isCriterion() || m_logBodies.matches(bodyOf(batch, index));
}

bool MatchProperties::matchesShared(Batch& batch, std::uint32_t index) const
{
    for (const Library& library : m_libraries) {
        const Batch::ScopeName& scope = batch.scopeName(batch.scopeOf(index));
        if (!library.name.matches(scope.name)
            || (library.version && !library.version->matches(scope.version)))
            return false;
    }
    if (m_resources.isCriterion() && !m_resources.matches(batch.resourceAttributes(batch.resourceOf(index))))
        return false;
    return !m_attributes.isCriterion() || m_attributes.matches(batch, index);
}

std::string MatchProperties::reason(Batch& batch, std::uint32_t index) const
{
    const otlp::RecordView& record = batch.record(index);
    std::string text;
    const auto say = [&](std::string_view what, const std::string& value) {
        text = join(text, std::string(what) + " is " + value);
    };
    const auto inQuotes = [](std::string_view value) { return '"' + std::string(value) + '"'; };
    if (m_services.isCriterion()) {
        std::string storage;
        say("service", inQuotes(serviceOf(batch, index, storage)));
    }
    if (m_spanNames.isCriterion() || m_metricNames.isCriterion())
        say("name", inQuotes(record.name));
    if (m_spanKinds.isCriterion())
        say("kind", std::string(kindText(record.kind)));
    if (m_minSeverity)
        say("severity_number", std::to_string(record.kind));
    if (m_severityTexts.isCriterion())
        say("severity_text", inQuotes(batch.field(index, wire::LogRecordField::kSeverityText)));
    if (m_logBodies.isCriterion())
        say("body", inQuotes(bodyOf(batch, index)));
    if (!m_libraries.empty()) {
        const Batch::ScopeName& scope = batch.scopeName(batch.scopeOf(index));
        say("scope", inQuotes(scope.name) + " version " + inQuotes(scope.version));
    }
    if (m_resources.isCriterion() && m_signal != Signal::Metrics)
        text = join(text,
            m_resources.reason("resource.attributes", batch.resourceAttributes(batch.resourceOf(index))));
    if (m_attributes.isCriterion())
        text = join(text, m_attributes.reason("attributes", batch.attributes(index)));
    return text;
}

void RecordSelector::readFrom(SectionReader& section, std::optional<Signal> signal)
{
    const auto read = [&](std::string_view key) -> std::unique_ptr<MatchProperties> {
        const Node* node = section.map(key);
        if (node == nullptr)
            return nullptr;
        auto match = MatchProperties::read(
            *node, section.pathOf(key), signal, MatchProperties::Form::Common, section.problems());
        // Metrics are only looked at by name: without names nothing is left out (a quirk of the collector's).
        return match != nullptr && signal && match->hasCriteria() ? std::move(match) : nullptr;
    };
    m_include = read("include");
    m_exclude = read("exclude");
}

std::string RecordSelector::reason(Batch& batch, std::uint32_t index) const
{
    if (!isIncluded(batch, index))
        return "include does not match: " + m_include->reason(batch, index);
    if (isExcluded(batch, index))
        return "exclude matches: " + m_exclude->reason(batch, index);
    return m_include == nullptr ? std::string() : "include matches: " + m_include->reason(batch, index);
}

} // namespace sluice
