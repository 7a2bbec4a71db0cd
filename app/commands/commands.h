#pragma once

// Every sub-command: its options, and the function that runs it and gives the exit code. Source: the command
// line is described by `sluice --help`; names, exit codes and JSON shapes are kept stable.

#include "core/base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::commands {

struct Serve {
    std::string capture;
    std::string grpc;
    std::string http;
    std::string config;
    std::string rules;
    std::string autostop; ///< A duration: stop when nothing has arrived for so long.
    std::string durability;
    bool json = false;
};
int run(const Serve& options);

/// The window; `demo` plays the shop into it at once.
struct Window {
    Serve serve;
    bool demo = false;
    int argc = 0;
    char** argv = nullptr;
};
int run(const Window& options);

struct Demo {
    std::string to = "http://localhost:4318";
    bool fast = false;
    bool live = false;
    std::uint64_t seed = 20'260'312;
    double scale = 1;
};
int run(const Demo& options);

struct Send {
    std::string to = "http://localhost:4318";
    std::string service = "sluice-send";
    std::vector<std::string> spans;
    std::vector<std::string> logs;
    std::vector<std::string> metrics; ///< NAME=VALUE.
    std::vector<std::string> attributes; ///< KEY=VALUE.
    bool json = false;
};
int run(const Send& options);

struct Stats {
    std::string capture;
    bool json = false;
};
int run(const Stats& options);

struct Traces {
    std::string capture;
    std::vector<std::string> services;
    std::vector<std::string> operations;
    std::string minDuration;
    bool errors = false;
    std::string text;
    std::string since;
    std::string until;
    std::string sort = "time";
    std::vector<std::string> outcomes;
    std::size_t limit = 20;
    bool json = false;
};
int run(const Traces& options);

struct Trace {
    std::string capture;
    std::string id;
    bool json = false;
};
int run(const Trace& options);

struct Logs {
    std::string capture;
    std::vector<std::string> services;
    std::string severity; ///< Least: "WARN".
    std::string text;
    std::string trace;
    std::string since;
    std::string until;
    bool follow = false;
    std::size_t limit = 20;
    bool json = false;
};
int run(const Logs& options);

struct Metrics {
    std::string capture;
    std::string name;
    std::vector<std::string> services;
    std::string since;
    std::string until;
    bool json = false;
};
int run(const Metrics& options);

struct Explain {
    std::string capture;
    std::string trace;
    std::string record; ///< "traces:12", "logs:7", "metrics:3".
    bool json = false;
};
int run(const Explain& options);

struct Export {
    std::string capture;
    std::string signal; ///< Empty: all.
    std::string view = "received";
    std::string format = "otlp-json";
    std::string output = "-";
    std::optional<std::uint32_t> revision;
};
int run(const Export& options);

struct Capture {
    std::string action; ///< "info", "verify".
    std::string capture;
    bool json = false;
};
int run(const Capture& options);

struct Config {
    std::string action; ///< "check", "print".
    std::string file;
    bool json = false;
};
int run(const Config& options);

struct RulesCheck {
    std::string file;
    bool json = false;
};
int run(const RulesCheck& options);

struct RulesRun {
    std::string file;
    std::string in = "-";
    std::string out = "-";
    std::string clock = "arrival";
    bool drain = false;
    bool annotate = false;
};
int run(const RulesRun& options);

struct Forward {
    std::string capture;
    std::string to;
    std::vector<std::string> headers; ///< NAME=VALUE.
    bool gzip = false;
    bool follow = false; ///< Go on with what is yet to come.
    bool json = false;
};
int run(const Forward& options);

struct Destinations {
    std::string action; ///< "list", "test".
    std::string target; ///< CAPTURE for list; URL for test.
    bool json = false;
};
int run(const Destinations& options);

} // namespace sluice::commands
