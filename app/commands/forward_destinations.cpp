// sluice forward, destinations

#include "app/commands/arguments.h"
#include "app/commands/commands.h"
#include "app/console.h"
#include "app/exit_code.h"
#include "app/json_writer.h"
#include "core/capture/capture_reader.h"
#include "core/delivery/connection_test.h"
#include "core/delivery/destination.h"
#include "core/engine/destination_config.h"
#include "core/engine/release_log.h"

#include <algorithm>
#include <cstdio>

namespace sluice::commands {

namespace {

/// A one-off forward keeps no position.
class NoProgress final : public ProgressSink {
public:
    void progressed(const std::string&, Progress, std::vector<Refused>) override { }
};

} // namespace

int run(const Forward& options)
{
    installInterrupt();
    auto reader = CaptureReader::open(options.capture);
    if (!reader)
        return captureFailed(reader.error());
    DestinationSettings settings = destinationArgument(options.to);
    settings.compression = options.gzip ? Compression::Gzip : Compression::None;
    settings.retryInitial = std::chrono::seconds(1);
    for (const std::string& header : options.headers) {
        auto pair = pairArgument("--header", header);
        if (!pair)
            return kUsage;
        settings.headers.push_back(*std::move(pair));
    }
    const SystemClock clock;
    auto exporter = makeExporter(settings, clock);
    if (!exporter) {
        complain(exporter.error().key + ": " + exporter.error().text);
        return kUsage;
    }
    const auto info = (*reader)->info();
    if (!info)
        return captureFailed(info.error());

    ReleaseLog releases(options.capture, info->lastRelease);
    NoProgress progress;
    Destination destination(settings, *std::move(exporter), {}, {releases, progress, clock, nullptr, {}, 1});
    const std::uint64_t total = releases.recordsAfter(0);
    int exitCode = kDone;
    {
        ProgressBar bar("records");
        constexpr Nanos kLook = std::chrono::milliseconds(100);
        std::uint64_t last = info->lastRelease;
        for (;;) {
            if (options.follow) {
                const auto now = (*reader)->info();
                if (!now)
                    return captureFailed(now.error());
                last = now->lastRelease;
                releases.advanceTo(last);
            }
            const DestinationStatus status = destination.status();
            bar.update(options.follow || total == 0
                    ? -1
                    : static_cast<double>(status.sentRecords) / static_cast<double>(total),
                status.sentRecords);
            if (!options.follow && destination.waitUntilSettled(last, kLook))
                break;
            if (status.state == DestinationState::Retrying && status.sentRecords == 0 && !options.follow
                && status.retries >= 3) {
                exitCode = kUnreachable;
                break;
            }
            if (options.follow ? waitForInterrupt(kLook) : wasInterrupted()) {
                exitCode = options.follow ? kDone : kInterrupted;
                break;
            }
        }
    }
    destination.stop();
    const DestinationStatus status = destination.status();
    if (options.json) {
        JsonWriter json;
        json.beginObject()
            .member("to", options.to)
            .member("sent", status.sentRecords)
            .member("failed", status.failedRecords);
        json.member("retries", status.retries).member("last_error", status.lastError).endObject();
        std::puts(json.text().c_str());
    } else {
        std::printf("Sent %s records, %s were refused for good.\n", countText(status.sentRecords).c_str(),
            countText(status.failedRecords).c_str());
    }
    if (exitCode == kUnreachable)
        complain(options.to + ": " + status.lastError);
    return exitCode == kDone && status.failedRecords > 0 ? kNo : exitCode;
}

int run(const Destinations& options)
{
    if (options.action == "test") {
        std::vector<ConnectionTestStep> steps;
        testConnection(destinationArgument(options.target), SystemClock{},
            [&](const std::vector<ConnectionTestStep>& now) { steps = now; }, {});
        JsonWriter json;
        json.beginObject().beginArray("steps");
        bool isOk = true;
        for (const ConnectionTestStep& step : steps) {
            const char* result = step.result == ConnectionTestStep::Result::Ok ? "ok"
                : step.result == ConnectionTestStep::Result::Failed            ? "failed"
                                                                               : "not reached";
            isOk = isOk && step.result == ConnectionTestStep::Result::Ok;
            json.beginObject()
                .member("name", step.name)
                .member("result", result)
                .member("detail", step.detail);
            json.member("took_nano", step.took).endObject();
            if (!options.json)
                std::printf("%-11s  %-24s  %s\n", result, step.name.c_str(), step.detail.c_str());
        }
        json.endArray().member("ok", isOk).endObject();
        if (options.json)
            std::puts(json.text().c_str());
        return isOk ? kDone : kUnreachable;
    }

    auto reader = CaptureReader::open(options.target);
    if (!reader)
        return captureFailed(reader.error());
    const auto yaml = (*reader)->setting("destinations");
    const auto positions = (*reader)->positions();
    const auto info = (*reader)->info();
    if (!yaml || !positions || !info)
        return captureFailed(!yaml ? yaml.error() : !positions ? positions.error() : info.error());
    config::Problems problems;
    const auto all = destinationsFromYaml(yaml->value_or(std::string()), problems);
    const ReleaseLog releases(options.target, info->lastRelease);
    TextTable table({"Destination", "Kind", "Endpoint", "State", ">Sent", ">Retried", ">Failed", ">Behind"});
    for (const DestinationSettings& settings : all) {
        const auto at = std::ranges::find(*positions, settings.name, &DestinationPosition::destination);
        const DestinationPosition position = at != positions->end() ? *at : DestinationPosition{};
        const std::uint64_t behind = at != positions->end() ? releases.recordsAfter(position.release) : 0;
        if (options.json) {
            JsonWriter json;
            json.beginObject()
                .member("name", settings.name)
                .member("kind", nameOf(settings.kind))
                .member("endpoint", settings.endpoint);
            json.member("enabled", settings.isEnabled)
                .member("position", position.release)
                .member("sent", position.sentRecords);
            json.member("retries", position.retries)
                .member("failed", position.failedRecords)
                .member("behind", behind)
                .endObject();
            std::puts(json.text().c_str());
        } else {
            table.add({settings.name, std::string(nameOf(settings.kind)), settings.endpoint,
                settings.isEnabled ? "on" : "off", countText(position.sentRecords),
                countText(position.retries), countText(position.failedRecords), countText(behind)});
        }
    }
    if (all.empty() && !options.json)
        complain("this capture has no destinations");
    if (!all.empty() && !options.json)
        std::fputs(table.text().c_str(), stdout);
    return all.empty() ? kNo : kDone;
}

} // namespace sluice::commands
