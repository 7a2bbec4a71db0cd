#include "app/command_line.h"

#include "app/commands/commands.h"
#include "app/exit_code.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <functional>
#include <string>

namespace sluice {

namespace {

/// Purpose in a sentence, and one example that works.
CLI::App* command(
    CLI::App& parent, const std::string& name, const std::string& purpose, const std::string& example)
{
    CLI::App* app = parent.add_subcommand(name, purpose);
    app->footer("\nExample:\n  " + example);
    return app;
}

template <class Options>
void runs(CLI::App* app, Options& options, int& exitCode)
{
    app->final_callback([&options, &exitCode] { exitCode = commands::run(options); });
}

void addServeOptions(CLI::App* app, commands::Serve& serve)
{
    app->add_option("--grpc", serve.grpc, "Address of the OTLP/gRPC receiver: host:port, or off")
        ->option_text("ADDR");
    app->add_option("--http", serve.http, "Address of the OTLP/HTTP receiver: host:port, or off")
        ->option_text("ADDR");
    app->add_option("--config", serve.config, "Settings (sluice.toml)")->option_text("FILE");
    app->add_option("--rules", serve.rules,
           "Collector YAML: its receivers, processors, exporters and pipelines are taken over; flags win")
        ->option_text("FILE");
    app->add_option(
           "--durability", serve.durability, "What an acknowledgement survives: crash (default) or power")
        ->option_text("crash|power");
}

} // namespace

int runCommandLine(int argc, char** argv)
{
    CLI::App app(
        "Sluice receives OpenTelemetry on this computer, keeps it, shows it, and shapes what is forwarded.");
    app.name("sluice");
    app.set_version_flag("--version", "sluice 0.1.0");
    app.footer("\nWithout a command it opens the window.\nExample:\n  sluice serve --capture shop.sluice");
    app.require_subcommand(0, 1);
    int exitCode = kDone;

    commands::Window window;
    window.argc = argc;
    window.argv = argv;
    app.add_option("CAPTURE", window.serve.capture, "Capture to open; a temporary one without it")
        ->option_text("CAPTURE");
    app.add_flag("--demo", window.demo, "Play the demo shop into it");
    addServeOptions(&app, window.serve);

    commands::Serve serve;
    auto* serveApp = command(app, "serve", "Receives, keeps, rules and forwards without a window.",
        "sluice serve --capture shop.sluice --rules rules.yaml");
    serveApp->add_option("--capture", serve.capture, "Where to keep what arrives")->option_text("FILE");
    addServeOptions(serveApp, serve);
    serveApp->add_option("--autostop", serve.autostop, "Stop when nothing has arrived for so long")
        ->option_text("60s");
    serveApp->add_flag("--json", serve.json, "Events as JSON lines on stdout");
    runs(serveApp, serve, exitCode);

    commands::Demo demo;
    auto* demoApp = command(app, "demo",
        "Plays the demo shop as real OTLP into a running Sluice or any OTLP endpoint.", "sluice demo --fast");
    demoApp->add_option("--to", demo.to, "OTLP/HTTP endpoint")->capture_default_str();
    auto* fast = demoApp->add_flag("--fast", demo.fast, "Fifteen minutes at once (default)");
    demoApp->add_flag("--live", demo.live, "Paced to now, until interrupted")->excludes(fast);
    demoApp->add_option("--seed", demo.seed, "Another shop")->capture_default_str();
    demoApp->add_option("--scale", demo.scale, "Times the about forty visits a second")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    runs(demoApp, demo, exitCode);

    commands::Send send;
    auto* sendApp
        = command(app, "send", "Sends one record of each kind that is named and says how it was answered.",
            "sluice send --service cart --span \"GET /cart\" --attr user.id=7");
    sendApp->add_option("--to", send.to, "OTLP/HTTP endpoint, or grpc://host:port")->capture_default_str();
    sendApp->add_option("--service", send.service, "service.name")->capture_default_str();
    sendApp->add_option("--span", send.spans, "Name of a span")->allow_extra_args(false);
    sendApp->add_option("--log", send.logs, "Body of a log record")->allow_extra_args(false);
    sendApp->add_option("--metric", send.metrics, "NAME=VALUE of a gauge")->allow_extra_args(false);
    sendApp->add_option("--attr", send.attributes, "KEY=VALUE, for all of them")->allow_extra_args(false);
    sendApp->add_flag("--json", send.json, "The answers as JSON lines");
    runs(sendApp, send, exitCode);

    commands::Stats stats;
    auto* statsApp = command(
        app, "stats", "Counts what a capture holds and what the rules did.", "sluice stats shop.sluice");
    statsApp->add_option("CAPTURE", stats.capture)->required();
    statsApp->add_flag("--json", stats.json, "As one JSON document");
    runs(statsApp, stats, exitCode);

    commands::Traces traces;
    auto* tracesApp = command(app, "traces", "Lists traces.",
        "sluice traces shop.sluice --service checkout --errors --sort duration");
    tracesApp->add_option("CAPTURE", traces.capture)->required();
    tracesApp->add_option("--service", traces.services, "With a span of this service")
        ->allow_extra_args(false);
    tracesApp->add_option("--operation", traces.operations, "Whose root has this name")
        ->allow_extra_args(false);
    tracesApp->add_option("--min-duration", traces.minDuration, "At least so long: 300ms");
    tracesApp->add_flag("--errors", traces.errors, "With errors only");
    tracesApp->add_option("--text", traces.text, "Part of a span's name");
    tracesApp->add_option("--since", traces.since, "Not before: 15m (ago), or 2026-03-12T14:10:00Z");
    tracesApp->add_option("--until", traces.until, "Before");
    tracesApp->add_option("--outcome", traces.outcomes, "kept, changed, dropped, error, waiting")
        ->allow_extra_args(false);
    tracesApp->add_option("--sort", traces.sort, "time, duration, spans, errors")
        ->capture_default_str()
        ->check(CLI::IsMember({"time", "duration", "spans", "errors"}));
    tracesApp->add_option("--limit", traces.limit, "At most so many")->capture_default_str();
    tracesApp->add_flag("--json", traces.json, "One JSON object a line");
    runs(tracesApp, traces, exitCode);

    commands::Trace trace;
    auto* traceApp = command(app, "trace", "Shows one trace as a text waterfall, or all of it as JSON.",
        "sluice trace shop.sluice b7c1e94d2a05f4b8e9d3361f0c2ab58e");
    traceApp->add_option("CAPTURE", trace.capture)->required();
    traceApp->add_option("ID", trace.id, "Trace id, 32 hex digits")->required();
    traceApp->add_flag("--json", trace.json, "All of it as one JSON document");
    runs(traceApp, trace, exitCode);

    commands::Logs logs;
    auto* logsApp = command(
        app, "logs", "Lists log records, newest last.", "sluice logs shop.sluice --severity WARN --follow");
    logsApp->add_option("CAPTURE", logs.capture)->required();
    logsApp->add_option("--service", logs.services, "Of this service")->allow_extra_args(false);
    logsApp->add_option("--severity", logs.severity, "At least: TRACE, DEBUG, INFO, WARN, ERROR, FATAL")
        ->check(CLI::IsMember({"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}, CLI::ignore_case));
    logsApp->add_option("--text", logs.text, "Part of the body");
    logsApp->add_option("--trace", logs.trace, "Of this trace");
    logsApp->add_option("--since", logs.since, "Not before");
    logsApp->add_option("--until", logs.until, "Before");
    logsApp->add_flag("--follow", logs.follow, "Go on with what arrives");
    logsApp->add_option("--limit", logs.limit, "At most so many")->capture_default_str();
    logsApp->add_flag("--json", logs.json, "One JSON object a line");
    runs(logsApp, logs, exitCode);

    commands::Metrics metrics;
    auto* metricsApp = command(app, "metrics", "Lists metrics, or the points of one.",
        "sluice metrics shop.sluice http.server.request.duration");
    metricsApp->add_option("CAPTURE", metrics.capture)->required();
    metricsApp->add_option("NAME", metrics.name, "One metric: its series and points");
    metricsApp->add_option("--service", metrics.services, "Of this service")->allow_extra_args(false);
    metricsApp->add_option("--since", metrics.since, "Not before");
    metricsApp->add_option("--until", metrics.until, "Before");
    metricsApp->add_flag("--json", metrics.json, "One JSON object a line");
    runs(metricsApp, metrics, exitCode);

    commands::Explain explain;
    auto* explainApp
        = command(app, "explain", "Says what each rule did to a record, with the values that decided.",
            "sluice explain shop.sluice --record traces:17");
    explainApp->add_option("CAPTURE", explain.capture)->required();
    auto* ofTrace = explainApp->add_option("--trace", explain.trace, "All spans of a trace");
    explainApp->add_option("--record", explain.record, "One record: traces:17, logs:3, metrics:9")
        ->excludes(ofTrace);
    explainApp->add_flag("--json", explain.json, "As one JSON document");
    runs(explainApp, explain, exitCode);

    commands::Export exported;
    auto* exportApp = command(app, "export", "Writes records out: as they were received, or as they left.",
        "sluice export shop.sluice --signal traces --view kept -o kept.jsonl");
    exportApp->add_option("CAPTURE", exported.capture)->required();
    exportApp->add_option("--signal", exported.signal, "traces, metrics or logs; all without it")
        ->check(CLI::IsMember({"traces", "metrics", "logs"}));
    exportApp->add_option("--view", exported.view, "received or kept")
        ->capture_default_str()
        ->check(CLI::IsMember({"received", "kept"}));
    exportApp
        ->add_option("--format", exported.format,
            "otlp-json: one export request a line; otlp-proto: one request, needs --signal")
        ->capture_default_str()
        ->check(CLI::IsMember({"otlp-json", "otlp-proto"}));
    exportApp->add_option("--revision", exported.revision, "Compute what is kept under this revision");
    exportApp->add_option("-o,--output", exported.output, "File, or - for stdout")->capture_default_str();
    runs(exportApp, exported, exitCode);

    auto* captureApp = app.add_subcommand("capture", "Looks after a capture file.");
    captureApp->require_subcommand(1);
    commands::Capture info{"info", {}, false};
    auto* infoApp
        = command(*captureApp, "info", "Says what is in a capture.", "sluice capture info shop.sluice");
    infoApp->add_option("CAPTURE", info.capture)->required();
    infoApp->add_flag("--json", info.json, "As one JSON document");
    runs(infoApp, info, exitCode);
    commands::Capture verify{"verify", {}, false};
    auto* verifyApp = command(
        *captureApp, "verify", "Checks every page, chunk and count.", "sluice capture verify shop.sluice");
    verifyApp->add_option("CAPTURE", verify.capture)->required();
    verifyApp->add_flag("--json", verify.json, "As one JSON document");
    runs(verifyApp, verify, exitCode);

    auto* configApp = app.add_subcommand("config", "Checks and shows settings.");
    configApp->require_subcommand(1);
    commands::Config check{"check", {}, false};
    auto* checkApp = command(*configApp, "check", "Lists every problem of a settings file with key and line.",
        "sluice config check sluice.toml");
    checkApp->add_option("FILE", check.file);
    checkApp->add_flag("--json", check.json, "As one JSON document");
    runs(checkApp, check, exitCode);
    commands::Config print{"print", {}, false};
    auto* printApp = command(
        *configApp, "print", "Shows the settings in force and where each comes from.", "sluice config print");
    printApp->add_option("FILE", print.file);
    printApp->add_flag("--json", print.json, "As one JSON document");
    runs(printApp, print, exitCode);

    auto* rulesApp = app.add_subcommand("rules", "Checks and runs rules files (collector YAML).");
    rulesApp->require_subcommand(1);
    commands::RulesCheck rulesCheck;
    auto* rulesCheckApp = command(*rulesApp, "check",
        "Lists every problem of a rules file with rule, key and position.", "sluice rules check rules.yaml");
    rulesCheckApp->add_option("FILE", rulesCheck.file)->required();
    rulesCheckApp->add_flag("--json", rulesCheck.json, "As one JSON document");
    runs(rulesCheckApp, rulesCheck, exitCode);
    commands::RulesRun rulesRun;
    auto* rulesRunApp = command(*rulesApp, "run", "Runs rules over export requests, one a line of OTLP/JSON.",
        "sluice rules run rules.yaml --in received.jsonl --out kept.jsonl");
    rulesRunApp->add_option("FILE", rulesRun.file)->required();
    rulesRunApp->add_option("--in", rulesRun.in, "Requests, or - for stdin")->capture_default_str();
    rulesRunApp->add_option("--out", rulesRun.out, "What leaves, or - for stdout")->capture_default_str();
    rulesRunApp->add_option("--clock", rulesRun.clock, "arrival, now, or step")
        ->capture_default_str()
        ->check(CLI::IsMember({"arrival", "now", "step"}));
    rulesRunApp->add_flag("--drain", rulesRun.drain, "Let everything out at the end");
    rulesRunApp->add_flag("--annotate", rulesRun.annotate, "Say for each payload which request caused it");
    runs(rulesRunApp, rulesRun, exitCode);

    commands::Forward forward;
    auto* forwardApp = command(app, "forward", "Sends what a capture kept to a backend.",
        "sluice forward shop.sluice --to http://localhost:14318");
    forwardApp->add_option("CAPTURE", forward.capture)->required();
    forwardApp->add_option("--to", forward.to, "OTLP/HTTP base URL, or grpc://host:port")->required();
    forwardApp->add_option("--header", forward.headers, "NAME=VALUE; the value may hold ${env:NAME}")
        ->allow_extra_args(false);
    forwardApp->add_flag("--gzip", forward.gzip, "Compress");
    forwardApp->add_flag("--follow", forward.follow, "Go on with what is yet to come, until interrupted");
    forwardApp->add_flag("--json", forward.json, "Counts as one JSON document");
    runs(forwardApp, forward, exitCode);

    auto* destinationsApp = app.add_subcommand("destinations", "Lists and tests destinations.");
    destinationsApp->require_subcommand(1);
    commands::Destinations list{"list", {}, false};
    auto* listApp = command(*destinationsApp, "list",
        "Lists the destinations of a capture and where they stand.", "sluice destinations list shop.sluice");
    listApp->add_option("CAPTURE", list.target)->required();
    listApp->add_flag("--json", list.json, "One JSON object a line");
    runs(listApp, list, exitCode);
    commands::Destinations test{"test", {}, false};
    auto* testApp = command(*destinationsApp, "test", "Tries a backend step by step with one span.",
        "sluice destinations test http://localhost:4318");
    testApp->add_option("URL", test.target, "OTLP/HTTP base URL, or grpc://host:port")->required();
    testApp->add_flag("--json", test.json, "The steps as one JSON document");
    runs(testApp, test, exitCode);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool isHelp = error.get_exit_code() == 0;
        app.exit(error);
        return isHelp ? kDone : kUsage;
    }
    if (app.get_subcommands().empty())
        return commands::run(window);
    return exitCode;
}

} // namespace sluice
