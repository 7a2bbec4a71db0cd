// sluice stats, capture

#include "core/capture/capture.h"

#include "app/commands/arguments.h"
#include "app/commands/commands.h"
#include "app/console.h"
#include "app/exit_code.h"
#include "app/json_writer.h"
#include "core/capture/capture_reader.h"

#include <algorithm>
#include <cstdio>

namespace sluice::commands {

namespace {

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

} // namespace sluice::commands
