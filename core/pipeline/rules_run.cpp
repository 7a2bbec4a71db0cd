#include "core/pipeline/rules_run.h"

#include "core/config/yaml.h"
#include "core/otlp/json.h"
#include "core/otlp/scan.h"
#include "core/pipeline/judge.h"

#include <algorithm>
#include <istream>
#include <optional>
#include <ostream>
#include <utility>

namespace sluice {

namespace {

std::string quoted(std::string_view text)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out.append(1, '\\').append(1, c);
        else if (byte < 0x20U)
            out.append("\\u00").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 15U]);
        else
            out += c;
    }
    return out + '"';
}

std::string lowerCase(std::string text)
{
    std::ranges::transform(text, text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

class Run {
public:
    Run(const RulesFile& rules, const RunOptions& options, const Clock& now, std::unique_ptr<Judge> judge,
        std::ostream& out)
        : m_rules(rules)
        , m_options(options)
        , m_clock(now)
        , m_judge(std::move(judge))
        , m_out(out)
    {
        m_context.transport = Transport::Http;
        m_context.encoding = Encoding::Json;
        m_passesHeaders = std::ranges::any_of(rules.receivers, [](const ReceiverDefinition& receiver) {
            return receiver.http && receiver.http->includesMetadata;
        });
    }

    Result<void, RunError> line(std::string_view text)
    {
        if (const auto signal = otlp::signalOfJson(text))
            return request(*signal, text);
        auto node = config::parseYaml(text); // JSON is YAML.
        if (!node || !node->isMap())
            return fail(RunError{0, "is neither an export request nor a clock step nor a context"});
        config::Problems problems;
        config::SectionReader section(*node, {}, problems);
        Nanos step{0};
        if (section.read("advance", step))
            advance(step);
        if (const config::Node* context = section.map("context"))
            readContext(*context, problems);
        section.finish();
        if (!problems.empty())
            return fail(RunError{0, problems.front().key + ' ' + problems.front().text});
        return {};
    }

    void drain()
    {
        for (const PipelineResult& result : m_judge->drain())
            write(result, std::nullopt);
    }

    [[nodiscard]] const RunCounts& counts() const { return m_counts; }

private:
    Result<void, RunError> request(Signal signal, std::string_view json);
    void readContext(const config::Node& node, config::Problems& problems);
    void advance(Nanos step);
    void arrive();
    void refuse(std::uint64_t number, std::string_view text, bool isPermanent);
    void write(const PipelineResult& result, std::optional<std::uint64_t> number);

    const RulesFile& m_rules;
    const RunOptions& m_options;
    const Clock& m_clock;
    std::unique_ptr<Judge> m_judge;
    std::ostream& m_out;
    RequestContext m_context;
    bool m_passesHeaders = false;
    UnixTime m_now;
    otlp::ScannedRequest m_scanned;
    RunCounts m_counts;
};

void Run::readContext(const config::Node& node, config::Problems& problems)
{
    config::SectionReader section(node, "context", problems);
    m_context.peer.clear();
    m_context.headers.clear();
    section.read("peer", m_context.peer);
    if (const config::Node* headers = section.map("headers")) {
        config::SectionReader reader(*headers, "context.headers", problems);
        for (const config::NodeEntry& header : headers->entries) {
            const auto add = [&](const std::string& value) {
                if (m_passesHeaders)
                    m_context.headers.emplace_back(lowerCase(header.key), value);
            };
            std::vector<std::string> values;
            std::string value;
            if (header.value.isList() && reader.read(header.key, values))
                std::ranges::for_each(values, add);
            else if (!header.value.isList() && reader.read(header.key, value))
                add(value);
        }
    }
    section.finish();
}

void Run::advance(Nanos step)
{
    m_now += step;
    for (const PipelineResult& result : m_judge->advanceTo(m_now))
        write(result, std::nullopt);
}

/// Sets virtual time for the scanned request.
void Run::arrive()
{
    if (m_options.clock == RunClock::Now) {
        m_now = std::max(m_now, m_clock.now());
        return;
    }
    if (m_options.clock == RunClock::Step && m_now != UnixTime())
        return;
    std::uint64_t newest = 0;
    for (const otlp::RecordView& record : m_scanned.records)
        newest = std::max({newest, record.startUnixNano, record.endUnixNano});
    m_now = std::max(m_now, fromUnixNano(newest));
}

void Run::refuse(std::uint64_t number, std::string_view text, bool isPermanent)
{
    ++m_counts.refused;
    if (m_options.annotates)
        m_out << "{\"request\":" << number << ",\"refused\":" << quoted(text)
              << ",\"permanent\":" << (isPermanent ? "true" : "false") << "}\n";
}

Result<void, RunError> Run::request(Signal signal, std::string_view json)
{
    const std::uint64_t number = m_counts.requests++;
    auto proto = otlp::jsonToProto(signal, json);
    if (!proto) {
        refuse(number, proto.error().text, true);
        return {};
    }
    JudgedRequest judged;
    judged.sequence = number + 1;
    judged.signal = signal;
    judged.body = SharedBytes(*std::move(proto));
    if (const auto scanned = otlp::scan(signal, judged.body.view(), m_scanned); !scanned) {
        refuse(number, scanned.error().text, true);
        return {};
    }
    // A receiver accepts what holds nothing, and passes it to nobody.
    if (std::ranges::none_of(m_scanned.records, &otlp::RecordView::isPoint))
        return {};
    arrive();
    judged.recordCount = static_cast<std::uint32_t>(m_scanned.records.size());
    judged.firstRecord = m_counts.recordsIn + 1;
    judged.arrival = m_now;
    judged.context = m_context;
    m_counts.recordsIn += judged.recordCount;

    const std::vector<PipelineResult> results = m_judge->judge(judged);
    std::string error;
    for (const PipelineResult& result : results) {
        write(result, number);
        if (error.empty() && result.isOfRequest)
            error = result.error;
    }
    if (!error.empty())
        refuse(number, error, false);
    return {};
}

void Run::write(const PipelineResult& result, std::optional<std::uint64_t> number)
{
    if (result.payload.isEmpty())
        return;
    const auto& pipelines = m_judge->definition().pipelines;
    const auto pipeline = std::ranges::find(pipelines, result.pipeline, &PipelineDefinition::id);
    const Signal signal = pipeline->signal;
    otlp::ScannedRequest scanned;
    const auto isScanned = otlp::scan(signal, result.payload.view(), scanned);
    // Exporters send nothing where there is nothing to count.
    if (!isScanned || std::ranges::none_of(scanned.records, &otlp::RecordView::isPoint))
        return;
    const auto json = otlp::protoToJson(signal, result.payload.view());
    if (!json)
        return;
    for (const std::string& exporter : pipeline->exporters) {
        ++m_counts.payloads;
        m_counts.recordsOut += result.releasedRecords;
        if (!m_options.annotates) {
            m_out << *json << '\n';
            continue;
        }
        m_out << "{\"request\":" << (number ? std::to_string(*number) : "null") << ",\"signal\":\""
              << nameOf(signal) << "\",\"exporter\":" << quoted(exporter) << ",\"payload\":" << *json
              << "}\n";
    }
}

} // namespace

Result<RunCounts, RunError> runRules(
    const RulesFile& rules, const RunOptions& options, const Clock& now, std::istream& in, std::ostream& out)
{
    auto judge = Judge::create(rules.definition, 0);
    if (!judge)
        return fail(RunError{0, judge.error().front().rule + ": " + judge.error().front().text});
    Run run(rules, options, now, *std::move(judge), out);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        if (auto done = run.line(line); !done)
            return fail(RunError{number, done.error().text});
    }
    if (options.drains)
        run.drain();
    return run.counts();
}

} // namespace sluice
