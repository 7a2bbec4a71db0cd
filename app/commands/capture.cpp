// sluice stats, capture, export

#include "core/capture/capture.h"

#include "app/commands/arguments.h"
#include "app/commands/commands.h"
#include "app/console.h"
#include "app/exit_code.h"
#include "app/json_writer.h"
#include "core/capture/capture_reader.h"
#include "core/otlp/json.h"
#include "core/pipeline/judge.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>

namespace sluice::commands {

namespace {

int captureFailed(const CaptureError& error)
{
    complain(error.text);
    switch (error.kind) {
    case CaptureFailure::Corrupt:
    case CaptureFailure::Foreign:
    case CaptureFailure::NewerVersion: return kDamaged;
    default: return kUsage;
    }
}

/// Requests that were refused, as the engine keeps their counts: lines of signal, transport, reason,
/// requests, records.
struct Refused {
    std::string signal, transport, reason;
    std::uint64_t requests = 0;
    std::uint64_t records = 0;
};

std::vector<Refused> readRefused(const std::string& lines)
{
    std::vector<Refused> all;
    std::size_t at = 0;
    while (at < lines.size()) {
        const std::size_t end = std::min(lines.find('\n', at), lines.size());
        std::vector<std::string> parts;
        std::size_t begin = at;
        for (std::size_t tab = at; tab <= end; ++tab) {
            if (tab == end || lines[tab] == '\t') {
                parts.push_back(lines.substr(begin, tab - begin));
                begin = tab + 1;
            }
        }
        at = end + 1;
        if (parts.size() != 5)
            continue;
        const auto known = std::ranges::find_if(all, [&](const Refused& entry) {
            return entry.signal == parts[0] && entry.transport == parts[1] && entry.reason == parts[2];
        });
        Refused& entry
            = known != all.end() ? *known : all.emplace_back(Refused{parts[0], parts[1], parts[2], 0, 0});
        entry.requests += std::strtoull(parts[3].c_str(), nullptr, 10);
        entry.records += std::strtoull(parts[4].c_str(), nullptr, 10);
    }
    return all;
}

void printStats(const query::CaptureStats& stats, const std::vector<Refused>& refused)
{
    std::printf("%s%s  %s, %s to %s\n\n", stats.path.c_str(), stats.isTemporary ? " (temporary)" : "",
        bytesText(stats.fileBytes).c_str(), timeText(stats.firstArrival).c_str(),
        timeText(stats.lastArrival).c_str());
    TextTable table({"", ">Requests", ">Stored", ">Kept", ">Changed", ">Dropped", ">Errors", ">Waiting",
        ">Findings", ">Bytes received", ">On disk"});
    for (const Signal signal : kSignals) {
        const auto& counts = stats.signals[indexOf(signal)];
        table.add({std::string(nameOf(signal)), countText(counts.requests), countText(counts.stored),
            countText(counts.unchanged), countText(counts.changed), countText(counts.dropped),
            countText(counts.errors), countText(counts.waiting), countText(counts.findings),
            bytesText(counts.rawBytes), bytesText(counts.storedBytes)});
    }
    std::fputs(table.text().c_str(), stdout);
    std::printf("\n%s traces\n", countText(stats.traces).c_str());
    if (!refused.empty()) {
        TextTable table2({"Refused", "By", "Reason", ">Requests", ">Records"});
        for (const Refused& entry : refused)
            table2.add({entry.signal, entry.transport, entry.reason, countText(entry.requests),
                countText(entry.records)});
        std::printf("\n%s", table2.text().c_str());
    }
    if (!stats.rules.empty()) {
        TextTable rules({"Rules of r" + std::to_string(stats.appliedRevision), "Pipeline", ">Changed",
            ">Dropped", ">Errors"});
        for (const auto& rule : stats.rules)
            rules.add({rule.rule, rule.pipeline, countText(rule.changed), countText(rule.dropped),
                countText(rule.errors)});
        std::printf("\n%s", rules.text().c_str());
    }
}

std::string statsJson(const query::CaptureStats& stats, const std::vector<Refused>& refused)
{
    JsonWriter json;
    json.beginObject()
        .member("capture", stats.path)
        .member("temporary", stats.isTemporary)
        .member("file_bytes", stats.fileBytes)
        .member("first_arrival_unix_nano", stats.firstArrival)
        .member("last_arrival_unix_nano", stats.lastArrival)
        .member("traces_total", stats.traces)
        .member("applied_revision", stats.appliedRevision);
    for (const Signal signal : kSignals) {
        const auto& counts = stats.signals[indexOf(signal)];
        std::uint64_t refusedRecords = 0;
        std::uint64_t refusedRequests = 0;
        for (const Refused& entry : refused) {
            if (entry.signal == nameOf(signal)) {
                refusedRecords += entry.records;
                refusedRequests += entry.requests;
            }
        }
        json.beginObject(nameOf(signal))
            .member("requests", counts.requests)
            .member("received", counts.stored + refusedRecords)
            .member("stored", counts.stored)
            .member("refused", refusedRecords)
            .member("refused_requests", refusedRequests)
            .member("removed", counts.removed)
            .member("findings", counts.findings)
            .member("unchanged", counts.unchanged)
            .member("changed", counts.changed)
            .member("kept", counts.unchanged + counts.changed)
            .member("dropped", counts.dropped)
            .member("errors", counts.errors)
            .member("waiting", counts.waiting)
            .member("raw_bytes", counts.rawBytes)
            .member("stored_bytes", counts.storedBytes)
            .endObject();
    }
    json.beginArray("refused");
    for (const Refused& entry : refused) {
        json.beginObject()
            .member("signal", entry.signal)
            .member("transport", entry.transport)
            .member("reason", entry.reason);
        json.member("requests", entry.requests).member("records", entry.records).endObject();
    }
    json.endArray().beginArray("rules");
    for (const auto& rule : stats.rules) {
        json.beginObject()
            .member("pipeline", rule.pipeline)
            .member("rule", rule.rule)
            .member("changed", rule.changed);
        json.member("dropped", rule.dropped).member("errors", rule.errors).endObject();
    }
    json.endArray().endObject();
    return json.text();
}

int info(const Capture& options, CaptureReader& reader)
{
    const auto info = reader.info();
    if (!info)
        return captureFailed(info.error());
    if (options.json) {
        JsonWriter json;
        json.beginObject()
            .member("path", info->path)
            .member("format_version", info->formatVersion)
            .member("temporary", info->temporary)
            .member("created_unix_nano", info->created)
            .member("first_arrival_unix_nano", info->firstArrival)
            .member("last_arrival_unix_nano", info->lastArrival)
            .member("file_bytes", info->fileBytes)
            .member("last_request", info->lastRequest)
            .member("last_judged_request", info->lastJudgedRequest)
            .member("last_release", info->lastRelease);
        for (const Signal signal : kSignals) {
            const SignalTotals& totals = info->signals[indexOf(signal)];
            json.beginObject(nameOf(signal))
                .member("requests", totals.requests)
                .member("records", totals.records)
                .member("removed", totals.removedRecords)
                .member("findings", totals.findings)
                .member("chunks", totals.chunks)
                .member("raw_bytes", totals.rawBytes)
                .member("stored_bytes", totals.storedBytes)
                .endObject();
        }
        json.endObject();
        std::puts(json.text().c_str());
        return kDone;
    }
    std::printf("%s%s\nformat %d, %s, made %s\n%s to %s, %s requests, judged up to %s\n\n",
        info->path.c_str(), info->temporary ? " (temporary)" : "", info->formatVersion,
        bytesText(info->fileBytes).c_str(), timeText(info->created).c_str(),
        timeText(info->firstArrival).c_str(), timeText(info->lastArrival).c_str(),
        countText(info->lastRequest).c_str(), countText(info->lastJudgedRequest).c_str());
    TextTable table(
        {"", ">Requests", ">Records", ">Removed", ">Chunks", ">Received", ">Stored", ">Bytes/record"});
    for (const Signal signal : kSignals) {
        const SignalTotals& totals = info->signals[indexOf(signal)];
        const std::uint64_t present = totals.records - totals.removedRecords;
        table.add({std::string(nameOf(signal)), countText(totals.requests), countText(totals.records),
            countText(totals.removedRecords), countText(totals.chunks), bytesText(totals.rawBytes),
            bytesText(totals.storedBytes), countText(present == 0 ? 0 : totals.storedBytes / present)});
    }
    std::fputs(table.text().c_str(), stdout);
    return kDone;
}

int verify(const Capture& options, CaptureReader& reader)
{
    ProgressBar progress("%");
    const auto problems = reader.verify(
        [&](double share) { progress.update(share, static_cast<std::uint64_t>(share * 100)); }, {});
    if (!problems)
        return captureFailed(problems.error());
    if (options.json) {
        JsonWriter json;
        json.beginObject().member("ok", problems->empty()).beginArray("problems");
        for (const auto& problem : *problems)
            json.element(problem.text);
        json.endArray().endObject();
        std::puts(json.text().c_str());
    } else {
        for (const auto& problem : *problems)
            std::puts(problem.text.c_str());
        if (problems->empty())
            std::puts("All is well.");
    }
    return problems->empty() ? kDone : kNo;
}

/// Where an export goes: a file, or stdout.
class Output {
public:
    static std::unique_ptr<Output> open(const std::string& path)
    {
        if (path == "-")
            return std::unique_ptr<Output>(new Output(stdout, false));
        std::FILE* file = std::fopen(path.c_str(), "wb");
        if (file == nullptr) {
            complain(path + ": " + std::strerror(errno));
            return nullptr;
        }
        return std::unique_ptr<Output>(new Output(file, true));
    }
    ~Output()
    {
        if (m_isOwned)
            std::fclose(m_file);
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    bool write(std::string_view bytes)
    {
        return std::fwrite(bytes.data(), 1, bytes.size(), m_file) == bytes.size();
    }
    bool flush() { return std::fflush(m_file) == 0; }

private:
    Output(std::FILE* file, bool isOwned)
        : m_file(file)
        , m_isOwned(isOwned)
    {
    }
    std::FILE* m_file;
    bool m_isOwned;
};

/// Writes payloads in the format asked for.
class Exported {
public:
    Exported(const Export& options, Output& output)
        : m_isJson(options.format == "otlp-json")
        , m_output(output)
    {
    }

    int add(Signal signal, std::string_view payload)
    {
        if (payload.empty())
            return kDone;
        if (!m_isJson)
            return written(m_output.write(payload));
        auto line = otlp::protoToJson(signal, payload);
        if (!line) {
            complain("a stored request cannot be read: " + line.error().text);
            return kDamaged;
        }
        *line += '\n';
        return written(m_output.write(*line));
    }

private:
    static int written(bool isWritten)
    {
        if (!isWritten)
            complain(std::string("the output cannot be written: ") + std::strerror(errno));
        return isWritten ? kDone : kUsage;
    }

    bool m_isJson;
    Output& m_output;
};

Result<std::unique_ptr<Judge>, std::string> judgeOf(CaptureReader& reader, std::uint32_t number)
{
    RevisionDefinition definition;
    if (number != 0) {
        const auto revisions = reader.revisions();
        if (!revisions)
            return fail(revisions.error().text);
        const auto stored = std::ranges::find(*revisions, number, &StoredRevision::number);
        if (stored == revisions->end())
            return fail("there is no revision " + std::to_string(number) + " in this capture");
        auto parsed = parseRevision(stored->text);
        if (!parsed)
            return fail("revision " + std::to_string(number) + " is not understood by this version");
        definition = *std::move(parsed);
    }
    definition.normalise();
    auto judge = Judge::create(definition, number);
    if (!judge)
        return fail("revision " + std::to_string(number) + " is not understood by this version");
    return *std::move(judge);
}

int exportReceived(CaptureReader& reader, std::optional<Signal> signal, Exported& out)
{
    const auto info = reader.info();
    if (!info)
        return captureFailed(info.error());
    std::uint64_t at = 0;
    while (at < info->lastRequest) {
        constexpr std::size_t kPage = 16u << 20;
        const auto requests = reader.requests(at, info->lastRequest, kPage, signal);
        if (!requests)
            return captureFailed(requests.error());
        if (requests->empty())
            return kDone;
        for (const StoredRequest& request : *requests) {
            if (const int code = out.add(request.signal, request.body.view()); code != kDone)
                return code;
        }
        at = requests->back().sequence;
    }
    return kDone;
}

/// One release after the other: what left, under the revision that judged it.
int exportKept(CaptureReader& reader, std::optional<Signal> signal, Exported& out)
{
    std::map<std::uint32_t, std::unique_ptr<Judge>> judges;
    std::uint64_t at = 0;
    for (;;) {
        constexpr std::size_t kPage = 256;
        const auto releases = reader.releasesAfter(at, kPage);
        if (!releases)
            return captureFailed(releases.error());
        if (releases->empty())
            return kDone;
        for (const ReleaseEntry& release : *releases) {
            at = release.sequence;
            if (release.recordCount == 0 || (signal && *signal != release.signal))
                continue;
            if (!release.payload.empty()) {
                if (const int code = out.add(release.signal, release.payload); code != kDone)
                    return code;
                continue;
            }
            auto& judge = judges[release.revision];
            if (!judge) {
                auto made = judgeOf(reader, release.revision);
                if (!made) {
                    complain(made.error());
                    return kDamaged;
                }
                judge = *std::move(made);
            }
            const auto requests = reader.requests(
                release.firstRequest - 1, release.lastRequest, static_cast<std::size_t>(-1), release.signal);
            if (!requests)
                return captureFailed(requests.error());
            for (const StoredRequest& request : *requests) {
                for (const PipelineResult& result :
                    judge->judge({request.sequence, request.signal, request.firstRecord, request.recordCount,
                        request.arrival, request.context, request.body})) {
                    if (result.pipeline != release.pipeline)
                        continue;
                    if (const int code = out.add(release.signal, result.payload.view()); code != kDone)
                        return code;
                }
            }
        }
    }
}

/// Everything again, under one revision.
int exportUnder(CaptureReader& reader, std::uint32_t revision, std::optional<Signal> signal, Exported& out)
{
    auto judge = judgeOf(reader, revision);
    if (!judge) {
        complain(judge.error());
        return kUsage;
    }
    const auto info = reader.info();
    if (!info)
        return captureFailed(info.error());
    const auto write = [&](const std::vector<PipelineResult>& results, Signal of) {
        for (const PipelineResult& result : results) {
            if (const int code = out.add(of, result.payload.view()); code != kDone)
                return code;
        }
        return static_cast<int>(kDone);
    };
    std::uint64_t at = 0;
    while (at < info->lastRequest) {
        constexpr std::size_t kPage = 16u << 20;
        const auto requests = reader.requests(at, info->lastRequest, kPage, signal);
        if (!requests)
            return captureFailed(requests.error());
        if (requests->empty())
            break;
        for (const StoredRequest& request : *requests) {
            const auto results = (*judge)->judge({request.sequence, request.signal, request.firstRecord,
                request.recordCount, request.arrival, request.context, request.body});
            if (const int code = write(results, request.signal); code != kDone)
                return code;
        }
        at = requests->back().sequence;
    }
    return kDone;
}

} // namespace

int run(const Stats& options)
{
    int exitCode = kDone;
    const auto query = openQuery(options.capture, exitCode);
    if (!query)
        return exitCode;
    const auto stats = query->stats({});
    if (!stats)
        return queryFailed(stats.error());
    std::vector<Refused> refused;
    if (auto reader = CaptureReader::open(options.capture)) {
        if (const auto lines = (*reader)->setting("refused"); lines && *lines)
            refused = readRefused(**lines);
    }
    if (options.json)
        std::puts(statsJson(*stats, refused).c_str());
    else
        printStats(*stats, refused);
    return kDone;
}

int run(const Capture& options)
{
    auto reader = CaptureReader::open(options.capture);
    if (!reader)
        return captureFailed(reader.error());
    return options.action == "info" ? info(options, **reader) : verify(options, **reader);
}

int run(const Export& options)
{
    if (options.format == "otlp-proto" && options.signal.empty()) {
        complain("--format otlp-proto writes one message, so it needs --signal");
        return kUsage;
    }
    auto reader = CaptureReader::open(options.capture);
    if (!reader)
        return captureFailed(reader.error());
    const auto output = Output::open(options.output);
    if (!output)
        return kUsage;
    const std::optional<Signal> signal = options.signal.empty() ? std::nullopt : signalNamed(options.signal);
    Exported out(options, *output);
    int exitCode = kDone;
    if (options.view == "received")
        exitCode = exportReceived(**reader, signal, out);
    else if (options.revision)
        exitCode = exportUnder(**reader, *options.revision, signal, out);
    else
        exitCode = exportKept(**reader, signal, out);
    if (exitCode == kDone && !output->flush()) {
        complain(std::string("the output cannot be written: ") + std::strerror(errno));
        exitCode = kUsage;
    }
    return exitCode;
}

} // namespace sluice::commands
