// sluice serve, and the window

#include "app/commands/commands.h"
#include "app/commands/start_options.h"
#include "app/console.h"
#include "app/demo/player.h"
#include "app/exit_code.h"
#include "app/json_writer.h"
#include "core/base/units.h"
#include "core/engine/engine.h"

#include <cstdio>

namespace sluice::commands {

namespace {

int exitCodeOf(const EngineError& error)
{
    switch (error.kind) {
    case EngineError::Kind::Configuration: return kUsage;
    case EngineError::Kind::Capture: return kDamaged;
    case EngineError::Kind::Address: return kUnreachable;
    }
    return kUsage;
}

int failed(const EngineError& error)
{
    complain(error.text);
    for (const RuleProblem& problem : error.problems)
        complain(problemText({}, problem));
    return exitCodeOf(error);
}

std::string addressOf(const EngineStatus& status, std::size_t receiver)
{
    return receiver < status.receivers.size() && !status.receivers[receiver].addresses.empty()
        ? status.receivers[receiver].addresses.front()
        : std::string("off");
}

void sayListening(const EngineStatus& status, bool asJson)
{
    if (asJson) {
        JsonWriter json;
        json.beginObject()
            .member("event", "listening")
            .member("grpc", addressOf(status, 0))
            .member("http", addressOf(status, 1));
        json.member("capture", status.capturePath).endObject();
        std::puts(json.text().c_str());
    } else {
        std::printf("Listening: OTLP/gRPC on %s, OTLP/HTTP on %s\nCapture: %s%s\n",
            addressOf(status, 0).c_str(), addressOf(status, 1).c_str(), status.capturePath.c_str(),
            status.isTemporary ? " (temporary: removed at the end; --capture FILE keeps it)" : "");
    }
    std::fflush(stdout);
}

void sayStopped(const EngineStatus& status, bool asJson)
{
    std::uint64_t refused = 0;
    for (const RefusalCount& entry : status.refusals)
        refused += entry.requests;
    if (!asJson) {
        std::printf("Stopped. Stored %s spans, %s log records, %s data points; refused %s requests.\n",
            countText(status.stored[indexOf(Signal::Traces)]).c_str(),
            countText(status.stored[indexOf(Signal::Logs)]).c_str(),
            countText(status.stored[indexOf(Signal::Metrics)]).c_str(), countText(refused).c_str());
        return;
    }
    JsonWriter json;
    json.beginObject().member("event", "stopped").member("capture", status.capturePath);
    for (const Signal signal : kSignals) {
        json.beginObject(nameOf(signal)).member("stored", status.stored[indexOf(signal)]);
        json.member("judged", status.judged[indexOf(signal)])
            .member("kept", status.kept[indexOf(signal)])
            .endObject();
    }
    json.member("refused_requests", refused).beginArray("destinations");
    for (const DestinationStatus& destination : status.destinations) {
        json.beginObject().member("name", destination.settings.name).member("sent", destination.sentRecords);
        json.member("failed", destination.failedRecords).member("behind", destination.behindRecords);
        json.member("notice", destination.notice).endObject();
    }
    json.endArray().endObject();
    std::puts(json.text().c_str());
}

std::uint64_t receivedRequests(const EngineStatus& status)
{
    std::uint64_t requests = 0;
    for (const ReceiverInfo& receiver : status.receivers)
        requests += receiver.requests;
    return requests;
}

} // namespace

int run(const Serve& options)
{
    Nanos autostop{0};
    if (!options.autostop.empty()) {
        const auto parsed = parseDuration(options.autostop);
        if (!parsed || parsed->count() == 0) {
            complain("--autostop takes a duration such as 60s, not \"" + options.autostop + "\"");
            return kUsage;
        }
        autostop = *parsed;
    }
    installInterrupt();
    auto prepared = prepareStart(options);
    if (!prepared)
        return prepared.error();
    auto engine = Engine::start(std::move(prepared->engine));
    if (!engine)
        return failed(engine.error());
    sayListening((*engine)->status(), options.json);

    constexpr Nanos kLook = std::chrono::milliseconds(250);
    std::uint64_t seen = 0;
    auto quietSince = std::chrono::steady_clock::now();
    while (!waitForInterrupt(autostop.count() == 0 ? std::chrono::hours(1) : kLook)) {
        if (autostop.count() == 0)
            continue;
        const std::uint64_t now = receivedRequests((*engine)->status());
        if (now != seen) {
            seen = now;
            quietSince = std::chrono::steady_clock::now();
        } else if (std::chrono::steady_clock::now() - quietSince >= autostop) {
            break;
        }
    }
    const auto stopped = (*engine)->stop();
    sayStopped((*engine)->status(), options.json);
    if (!stopped)
        return failed(stopped.error());
    return kDone;
}

} // namespace sluice::commands
