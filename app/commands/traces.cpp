// sluice traces, trace, explain

#include "app/commands/arguments.h"
#include "app/commands/commands.h"
#include "app/commands/record_json.h"
#include "app/console.h"
#include "app/exit_code.h"
#include "app/json_writer.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace sluice::commands {

namespace {

std::optional<query::OutcomeKind> outcomeNamed(const std::string& name)
{
    for (const auto kind :
        {query::OutcomeKind::Waiting, query::OutcomeKind::Kept, query::OutcomeKind::Changed,
            query::OutcomeKind::Dropped, query::OutcomeKind::Error, query::OutcomeKind::Partly}) {
        if (nameOf(kind) == name || (kind == query::OutcomeKind::Partly && name == "partly"))
            return kind;
    }
    complain("--outcome takes kept, changed, dropped, partly, error or waiting, not \"" + name + "\"");
    return std::nullopt;
}

std::string joined(const std::vector<std::string>& texts)
{
    std::string all;
    for (const std::string& text : texts)
        all += (all.empty() ? "" : ", ") + text;
    return all;
}

std::string outcomeText(const query::Outcome& outcome)
{
    std::string text(nameOf(outcome.kind));
    if (!outcome.rules.empty())
        text += " by " + joined(outcome.rules);
    return text;
}

void printWaterfall(const query::TraceDetail& trace)
{
    const query::TraceSummary& summary = trace.summary;
    std::printf("%s  %s  %s  %u spans  %u errors  %s\n\n", summary.rootName.c_str(),
        summary.traceId.toHex().c_str(), durationText(summary.duration).c_str(), summary.spanCount,
        summary.errorCount, outcomeText(summary.outcome).c_str());

    std::map<SpanId, std::vector<const query::SpanRow*>> children;
    std::map<SpanId, bool> isThere;
    for (const query::SpanRow& span : trace.spans)
        isThere[span.id] = true;
    for (const query::SpanRow& span : trace.spans)
        children[isThere.contains(span.parent) && span.parent != span.id ? span.parent : SpanId{}].push_back(
            &span);

    constexpr double kWidth = 40;
    const double total = std::max(1.0, static_cast<double>(summary.duration.count()));
    TextTable table({"Span", "Service", ">Duration", "Waterfall", "Outcome"});
    // Iterative: a trace may be 100,000 spans deep.
    std::vector<std::pair<const query::SpanRow*, std::size_t>> open;
    const auto push = [&](const SpanId& parent, std::size_t depth) {
        const auto& list = children[parent];
        for (auto it = list.rbegin(); it != list.rend(); ++it)
            open.emplace_back(*it, depth);
    };
    push(SpanId{}, 0);
    while (!open.empty()) {
        const auto [span, depth] = open.back();
        open.pop_back();
        const double offset = static_cast<double>((span->start - summary.start).count()) / total;
        const double length = static_cast<double>(span->duration.count()) / total;
        const auto left = static_cast<std::size_t>(std::clamp(offset, 0.0, 1.0) * (kWidth - 1));
        const auto bar = static_cast<std::size_t>(std::max(1.0, std::clamp(length, 0.0, 1.0) * kWidth));
        table.add({std::string(std::min<std::size_t>(depth, 20) * 2, ' ') + (span->status == 2 ? "! " : "")
                + span->name,
            trace.services[span->service], durationText(span->duration),
            std::string(left, ' ') + std::string(std::min(bar, static_cast<std::size_t>(kWidth) - left), '='),
            std::string(nameOf(span->outcome))});
        if (span->id.isValid())
            push(span->id, depth + 1);
    }
    std::fputs(table.text().c_str(), stdout);
    if (!trace.logs.empty()) {
        std::printf("\n%zu log records\n", trace.logs.size());
        for (const query::LogRow& log : trace.logs) {
            std::printf("  %s  %-5s  %s  %s\n", timeText(log.time).c_str(),
                severityName(log.severity).c_str(), log.service.c_str(), log.body.c_str());
        }
    }
}

void print(const query::Explanation& explanation)
{
    std::printf("%s:%llu  %s  %s at r%u\n", std::string(nameOf(explanation.record.signal)).c_str(),
        static_cast<unsigned long long>(explanation.record.sequence), explanation.name.c_str(),
        outcomeText(explanation.outcome).c_str(), explanation.revision);
    for (const query::LadderStep& step : explanation.steps) {
        const char* effect = !step.enabled ? "off"
            : !step.reached                ? "not reached"
                                           : nameOf(step.effect).data();
        std::printf("  %-12s  %-28s  %s\n",
            step.effect == query::OutcomeKind::Kept && step.reached && step.enabled ? "unchanged" : effect,
            step.rule.c_str(), step.condition.c_str());
        for (const query::AttributeChange& change : step.changes) {
            const char sign = change.kind == query::AttributeChange::Kind::Added ? '+'
                : change.kind == query::AttributeChange::Kind::Removed           ? '-'
                                                                                 : '~';
            std::printf("                %c %s: %s -> %s\n", sign, change.key.c_str(), change.before.c_str(),
                change.after.c_str());
        }
    }
}

} // namespace

int run(const Traces& options)
{
    query::TraceFilter filter;
    filter.services = options.services;
    filter.rootOperations = options.operations;
    filter.textInNames = options.text;
    if (options.errors)
        filter.hasErrors = true;
    if (!options.minDuration.empty()) {
        filter.minDuration = durationArgument("--min-duration", options.minDuration);
        if (!filter.minDuration)
            return kUsage;
    }
    for (const std::string& name : options.outcomes) {
        const auto kind = outcomeNamed(name);
        if (!kind)
            return kUsage;
        filter.outcomes.push_back(*kind);
    }
    bool isValid = true;
    filter.time = rangeArgument(options.since, options.until, isValid);
    if (!isValid)
        return kUsage;
    const auto sort = options.sort == "duration" ? query::TraceSort::Duration
        : options.sort == "spans"                ? query::TraceSort::Spans
        : options.sort == "errors"               ? query::TraceSort::Errors
                                                 : query::TraceSort::Newest;

    int exitCode = kDone;
    const auto query = openQuery(options.capture, exitCode);
    if (!query)
        return exitCode;
    TextTable table(
        {"Start", "Trace", "Service", "Root operation", ">Duration", ">Spans", ">Errors", "Outcome"});
    std::optional<query::PageKey> after;
    std::size_t rows = 0;
    do {
        const auto page
            = query->traces(filter, sort, after, std::min<std::size_t>(options.limit - rows, 1000), {});
        if (!page)
            return queryFailed(page.error());
        for (const query::TraceSummary& row : page->rows) {
            ++rows;
            if (options.json) {
                JsonWriter json;
                write(json, row);
                std::puts(json.text().c_str());
            } else {
                table.add({timeText(row.start), row.traceId.toHex(), row.rootService, row.rootName,
                    durationText(row.duration), countText(row.spanCount), countText(row.errorCount),
                    outcomeText(row.outcome)});
            }
        }
        after = page->next;
    } while (after && rows < options.limit);
    if (rows == 0) {
        if (!options.json)
            complain("no trace matches");
        return kNo;
    }
    if (!options.json)
        std::fputs(table.text().c_str(), stdout);
    return kDone;
}

int run(const Trace& options)
{
    const auto id = traceIdArgument(options.id);
    if (!id)
        return kUsage;
    int exitCode = kDone;
    const auto query = openQuery(options.capture, exitCode);
    if (!query)
        return exitCode;
    const auto trace = query->trace(*id, {});
    if (!trace)
        return queryFailed(trace.error());
    if (!options.json) {
        printWaterfall(*trace);
        return kDone;
    }
    JsonWriter json;
    json.beginObject();
    json.beginObject("trace");
    writeMembers(json, trace->summary);
    json.endObject();
    json.beginArray("spans");
    for (const query::SpanRow& row : trace->spans) {
        const auto span = query->span(row.sequence, {});
        if (!span)
            return queryFailed(span.error());
        write(json, *span);
    }
    json.endArray().beginArray("logs");
    for (const query::LogRow& row : trace->logs) {
        const auto log = query->log(row.sequence, {});
        if (!log)
            return queryFailed(log.error());
        write(json, *log);
    }
    json.endArray().endObject();
    std::puts(json.text().c_str());
    return kDone;
}

int run(const Explain& options)
{
    std::vector<RecordId> records;
    int exitCode = kDone;
    const auto query = openQuery(options.capture, exitCode);
    if (!query)
        return exitCode;
    if (!options.trace.empty()) {
        const auto id = traceIdArgument(options.trace);
        if (!id)
            return kUsage;
        const auto trace = query->trace(*id, {});
        if (!trace)
            return queryFailed(trace.error());
        for (const query::SpanRow& span : trace->spans)
            records.push_back({Signal::Traces, span.sequence});
    } else {
        const auto colon = options.record.find(':');
        const auto signal = signalNamed(options.record.substr(0, colon));
        char* end = nullptr;
        const std::string number
            = colon == std::string::npos ? std::string() : options.record.substr(colon + 1);
        const std::uint64_t sequence = std::strtoull(number.c_str(), &end, 10);
        if (!signal || number.empty() || *end != '\0') {
            complain("explain needs --trace ID, or --record with a signal and a number: traces:17");
            return kUsage;
        }
        records.push_back({*signal, sequence});
    }

    JsonWriter json;
    json.beginArray();
    for (const RecordId& record : records) {
        const auto explanation = query->explain(record, {});
        if (!explanation)
            return queryFailed(explanation.error());
        if (options.json)
            write(json, *explanation);
        else
            print(*explanation);
    }
    json.endArray();
    if (options.json)
        std::puts(json.text().c_str());
    return kDone;
}

} // namespace sluice::commands
