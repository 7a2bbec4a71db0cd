#include "app/commands/start_options.h"

#include "app/console.h"
#include "app/exit_code.h"
#include "core/config/settings.h"
#include "core/delivery/destinations_from_settings.h"
#include "core/engine/destination_config.h"
#include "core/pipeline/rules_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sluice::commands {

namespace {

/// Takes the ends of a rules file over; addresses that a flag gave stay.
bool addRules(const Serve& options, const std::string& path, EngineOptions& engine)
{
    const auto text = readTextFile(path);
    if (!text)
        return false;
    auto rules = parseRulesFile(*text);
    if (!rules) {
        for (const RuleProblem& problem : rules.error())
            complain(problemText(path, problem));
        return false;
    }
    for (const RuleProblem& remark : rules->remarks)
        complain(problemText(path, remark));
    if (!rules->receivers.empty()) {
        const ReceiverDefinition& receiver = rules->receivers.front();
        if (options.grpc.empty())
            engine.grpcAddress = receiver.grpc ? receiver.grpc->address : std::string("off");
        if (options.http.empty())
            engine.httpAddress = receiver.http ? receiver.http->address : std::string("off");
    }
    for (const ExporterDefinition& exporter : rules->exporters)
        engine.destinations.push_back(destinationOf(exporter));
    engine.rules = std::move(rules->definition);
    engine.rulesNote = std::filesystem::path(path).filename().string();
    return true;
}

} // namespace

std::optional<std::string> readTextFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
        complain(path + ": " + std::strerror(errno == 0 ? EIO : errno));
        return std::nullopt;
    }
    return std::move(text).str();
}

std::string problemText(const std::string& file, const RuleProblem& problem)
{
    std::string text = file;
    if (problem.line > 0)
        text += ':' + std::to_string(problem.line);
    if (problem.line > 0 && problem.column > 0)
        text += ':' + std::to_string(problem.column);
    for (const std::string* part : {&problem.rule, &problem.key}) {
        if (!part->empty())
            text += (text.empty() ? "" : ": ") + *part;
    }
    return text + (text.empty() ? "" : ": ") + problem.text;
}

Result<PreparedStart, int> prepareStart(const Serve& options)
{
    SettingsSources sources;
    sources.environment = processEnvironment();
    sources.file = options.config.empty() ? defaultSettingsFile(sources.environment) : options.config;
    for (const auto& [key, value] : {std::pair{"collector.grpc", &options.grpc},
             std::pair{"collector.http", &options.http}, std::pair{"collector.capture", &options.capture},
             std::pair{"collector.durability", &options.durability}}) {
        if (!value->empty())
            sources.flags.emplace_back(key, *value);
    }
    const auto loaded = loadSettings(sources);
    if (!loaded) {
        for (const ConfigError& error : loaded.error())
            complain(error.toString());
        return fail(static_cast<int>(kUsage));
    }
    const Settings& settings = loaded->settings;

    PreparedStart start;
    start.clock = std::make_unique<SystemClock>();
    auto log = Log::open({settings.logLevel, settings.logFile}, *start.clock);
    if (!log) {
        complain(log.error().text);
        return fail(static_cast<int>(kUsage));
    }
    start.log = *std::move(log);

    EngineOptions& engine = start.engine;
    engine.log = start.log.get();
    engine.capturePath = settings.capture;
    engine.capture.durability = settings.durability == "power" ? Durability::Power : Durability::Crash;
    engine.capture.retention = {settings.retentionBytes, settings.retentionAge};
    engine.capture.maxPendingBytes = settings.maxPendingBytes;
    engine.grpcAddress = settings.grpc;
    engine.httpAddress = settings.http;
    engine.limits.maxMessageBytes = settings.maxMessageBytes;
    engine.limits.maxConnections = settings.maxConnections;
    engine.allowedOrigins = settings.allowedOrigins;
    engine.allowedHosts = settings.allowedHosts;
    auto destinations = destinationsOf(settings);
    if (!destinations) {
        for (const ConfigError& error : destinations.error())
            complain(error.toString());
        return fail(static_cast<int>(kUsage));
    }
    engine.destinations = *std::move(destinations);
    // The revision that a capture has applied wins over sluice.toml, which only seeds new captures; --rules
    // wins over both.
    const std::string& rules = options.rules.empty() ? settings.rules : options.rules;
    engine.rulesOnlySeed = options.rules.empty();
    if (!rules.empty() && !addRules(options, rules, engine))
        return fail(static_cast<int>(kUsage));
    return start;
}

} // namespace sluice::commands
