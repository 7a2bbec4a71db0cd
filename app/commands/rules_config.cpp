// sluice rules check|run, config check|print

#include "app/commands/commands.h"
#include "app/commands/start_options.h"
#include "app/console.h"
#include "app/exit_code.h"
#include "app/json_writer.h"
#include "core/config/settings.h"
#include "core/pipeline/rules_file.h"
#include "core/pipeline/rules_run.h"

#include <cstdio>
#include <fstream>
#include <iostream>

namespace sluice::commands {

namespace {

void writeProblems(JsonWriter& json, std::string_view key, const std::vector<RuleProblem>& problems)
{
    json.beginArray(key);
    for (const RuleProblem& problem : problems) {
        json.beginObject()
            .member("rule", problem.rule)
            .member("key", problem.key)
            .member("line", problem.line);
        json.member("column", problem.column).member("text", problem.text).endObject();
    }
    json.endArray();
}

RunClock clockNamed(const std::string& name)
{
    return name == "now" ? RunClock::Now : name == "step" ? RunClock::Step : RunClock::Arrival;
}

} // namespace

int run(const RulesCheck& options)
{
    const auto text = readTextFile(options.file);
    if (!text)
        return kUsage;
    const auto rules = parseRulesFile(*text);
    if (options.json) {
        JsonWriter json;
        json.beginObject().member("ok", rules.has_value());
        writeProblems(json, "problems", rules ? std::vector<RuleProblem>{} : rules.error());
        writeProblems(json, "remarks", rules ? rules->remarks : std::vector<RuleProblem>{});
        json.endObject();
        std::puts(json.text().c_str());
    } else if (rules) {
        for (const RuleProblem& remark : rules->remarks)
            std::puts(problemText(options.file, remark).c_str());
        std::printf("%s: %zu rules in %zu pipelines, no problem\n", options.file.c_str(),
            rules->definition.rules.size(), rules->definition.pipelines.size());
    } else {
        for (const RuleProblem& problem : rules.error())
            std::puts(problemText(options.file, problem).c_str());
    }
    return rules ? kDone : kNo;
}

int run(const RulesRun& options)
{
    const auto text = readTextFile(options.file);
    if (!text)
        return kUsage;
    const auto rules = parseRulesFile(*text);
    if (!rules) {
        for (const RuleProblem& problem : rules.error())
            complain(problemText(options.file, problem));
        return kUsage;
    }
    std::ifstream inFile;
    std::ofstream outFile;
    if (options.in != "-") {
        inFile.open(options.in, std::ios::binary);
        if (!inFile) {
            complain(options.in + " cannot be read");
            return kUsage;
        }
    }
    if (options.out != "-") {
        outFile.open(options.out, std::ios::binary);
        if (!outFile) {
            complain(options.out + " cannot be written");
            return kUsage;
        }
    }
    std::ios::sync_with_stdio(false);
    std::istream& in = options.in == "-" ? std::cin : inFile;
    std::ostream& out = options.out == "-" ? std::cout : outFile;
    const SystemClock clock;
    const auto counts
        = runRules(*rules, {clockNamed(options.clock), options.drain, options.annotate}, clock, in, out);
    out.flush();
    if (!counts) {
        complain(options.in
            + (counts.error().line > 0 ? ":" + std::to_string(counts.error().line) : std::string()) + ": "
            + counts.error().text);
        return counts.error().line > 0 ? kDamaged : kUsage;
    }
    if (!out) {
        complain("the output cannot be written");
        return kUsage;
    }
    std::fprintf(stderr, "%s requests (%s refused) with %s records; %s records left in %s payloads\n",
        countText(counts->requests).c_str(), countText(counts->refused).c_str(),
        countText(counts->recordsIn).c_str(), countText(counts->recordsOut).c_str(),
        countText(counts->payloads).c_str());
    return kDone;
}

int run(const Config& options)
{
    SettingsSources sources;
    sources.environment = processEnvironment();
    sources.file = options.file.empty() ? defaultSettingsFile(sources.environment) : options.file;
    const auto loaded = loadSettings(sources);
    JsonWriter json;
    if (!loaded) {
        json.beginObject().member("ok", false).beginArray("problems");
        for (const ConfigError& error : loaded.error()) {
            json.beginObject().member("file", error.file).member("line", error.line).member("key", error.key);
            json.member("text", error.text).endObject();
            if (!options.json)
                std::puts(error.toString().c_str());
        }
        json.endArray().endObject();
        if (options.json)
            std::puts(json.text().c_str());
        return options.action == "check" ? kNo : kUsage;
    }
    if (options.action == "check") {
        json.beginObject().member("ok", true).beginArray("problems").endArray().endObject();
        std::puts(options.json ? json.text().c_str() : "No problem.");
        return kDone;
    }
    json.beginObject().beginArray("settings");
    for (const SettingInForce& setting : loaded->inForce) {
        json.beginObject()
            .member("key", setting.key)
            .member("value", setting.value)
            .member("origin", setting.origin)
            .endObject();
        if (!options.json)
            std::printf(
                "%-34s = %-30s # %s\n", setting.key.c_str(), setting.value.c_str(), setting.origin.c_str());
    }
    json.endArray().endObject();
    if (options.json)
        std::puts(json.text().c_str());
    return kDone;
}

} // namespace sluice::commands
