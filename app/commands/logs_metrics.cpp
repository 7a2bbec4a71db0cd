// sluice logs, metrics

#include "app/commands/arguments.h"
#include "app/commands/commands.h"
#include "app/commands/record_json.h"
#include "app/console.h"
#include "app/exit_code.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sluice::commands {

namespace {

constexpr Nanos kFollowPause = std::chrono::milliseconds(100);

std::uint8_t leastSeverity(const std::string& name)
{
    static constexpr std::array<std::string_view, 6> names{
        "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    std::string upper = name;
    std::ranges::transform(
        upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return static_cast<std::uint8_t>(1 + 4 * (std::ranges::find(names, upper) - names.begin()));
}

void print(const query::LogRow& log, bool asJson)
{
    if (asJson) {
        JsonWriter json;
        write(json, log);
        std::puts(json.text().c_str());
        return;
    }
    std::printf("%s  %-5s  %-14s  %s%s%s\n", timeText(log.time).c_str(), severityName(log.severity).c_str(),
        log.service.c_str(), log.body.c_str(), log.traceId.isValid() ? "  trace " : "",
        log.traceId.isValid() ? log.traceId.toHex().c_str() : "");
}

/// Up to `limit` of the newest records that match, oldest first; only those after `newest`, which is moved
/// on.
query::Answer<std::vector<query::LogRow>> newestLogs(
    const query::Query& query, const query::LogFilter& filter, std::size_t limit, std::uint64_t& newest)
{
    std::vector<query::LogRow> rows;
    std::optional<query::PageKey> after;
    const std::uint64_t known = newest;
    do {
        SLUICE_TRY_AS(
            auto page, query.logs(filter, after, std::min<std::size_t>(limit - rows.size(), 1000), {}));
        bool hasKnown = false;
        for (query::LogRow& row : page.rows) {
            newest = std::max(newest, row.sequence);
            if (row.sequence > known)
                rows.push_back(std::move(row));
            else
                hasKnown = true;
        }
        after = hasKnown ? std::nullopt : page.next;
    } while (after && rows.size() < limit);
    std::ranges::reverse(rows);
    return rows;
}

} // namespace

int run(const Logs& options)
{
    query::LogFilter filter;
    filter.services = options.services;
    filter.text = options.text;
    if (!options.severity.empty())
        filter.minSeverity = leastSeverity(options.severity);
    if (!options.trace.empty()) {
        filter.traceId = traceIdArgument(options.trace);
        if (!filter.traceId)
            return kUsage;
    }
    bool isValid = true;
    filter.time = rangeArgument(options.since, options.until, isValid);
    if (!isValid)
        return kUsage;

    int exitCode = kDone;
    const auto query = openQuery(options.capture, exitCode);
    if (!query)
        return exitCode;
    std::uint64_t newest = 0;
    const auto first = newestLogs(*query, filter, options.limit, newest);
    if (!first)
        return queryFailed(first.error());
    for (const query::LogRow& log : *first)
        print(log, options.json);
    if (!options.follow) {
        if (first->empty() && !options.json)
            complain("no log record matches");
        return first->empty() ? kNo : kDone;
    }

    installInterrupt();
    constexpr std::size_t kAll = 100'000;
    while (!waitForInterrupt(kFollowPause)) {
        const auto more = newestLogs(*query, filter, kAll, newest);
        if (!more)
            return queryFailed(more.error());
        for (const query::LogRow& log : *more)
            print(log, options.json);
        std::fflush(stdout);
    }
    return kInterrupted;
}

int run(const Metrics& options)
{
    query::MetricFilter filter;
    filter.services = options.services;
    bool isValid = true;
    filter.time = rangeArgument(options.since, options.until, isValid);
    if (!isValid)
        return kUsage;
    int exitCode = kDone;
    const auto query = openQuery(options.capture, exitCode);
    if (!query)
        return exitCode;

    if (options.name.empty()) {
        const auto metrics = query->metrics(filter, {});
        if (!metrics)
            return queryFailed(metrics.error());
        TextTable table({"Metric", "Type", "Unit", ">Series", ">Points", "Services"});
        for (const query::MetricInfo& metric : *metrics) {
            if (options.json) {
                JsonWriter json;
                write(json, metric);
                std::puts(json.text().c_str());
                continue;
            }
            std::string services;
            for (const std::string& service : metric.services)
                services += (services.empty() ? "" : ", ") + service;
            table.add({metric.name, metric.type, metric.unit, countText(metric.seriesCount),
                countText(metric.pointCount), services});
        }
        if (metrics->empty()) {
            if (!options.json)
                complain("no metric matches");
            return kNo;
        }
        if (!options.json)
            std::fputs(table.text().c_str(), stdout);
        return kDone;
    }

    const auto series = query->metricSeries(options.name, filter, {});
    if (!series)
        return queryFailed(series.error());
    if (series->empty()) {
        complain("there is no metric " + options.name);
        return kNo;
    }
    for (const query::MetricSeries& one : *series) {
        if (options.json) {
            JsonWriter json;
            write(json, one, options.name);
            std::puts(json.text().c_str());
            continue;
        }
        std::string attributes;
        for (const query::Attribute& attribute : one.attributes)
            attributes += "  " + attribute.key + "=" + attribute.text;
        std::printf("%s%s\n", one.service.c_str(), attributes.c_str());
        for (const query::MetricPoint& point : one.points)
            std::printf("  %s  %.6g\n", timeText(point.time).c_str(), point.value);
    }
    return kDone;
}

} // namespace sluice::commands
