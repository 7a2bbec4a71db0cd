#pragma once

// Sluice's own log: what it says about itself, to a file or standard error, with the newest lines kept in
// memory for Diagnostics. Never contains received telemetry or secrets.

#include "core/base/guarded.h"
#include "core/base/result.h"
#include "core/base/time.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spdlog {
class logger;
}

namespace sluice {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error, Off };

/// "debug", "info", "warning", "error", "off".
std::string_view nameOf(LogLevel level);
std::optional<LogLevel> logLevelNamed(std::string_view name);

struct LogLine {
    UnixTime time;
    LogLevel level = LogLevel::Info;
    std::string area; ///< The module: "capture", "destination otlp_grpc/backup".
    std::string text; ///< One sentence for a person.

    /// "2026-11-24T17:05:12.031Z warning capture: The disk is full"
    [[nodiscard]] std::string toString() const;
};

struct LogOptions {
    LogLevel level = LogLevel::Info; ///< Lines below it are dropped.
    std::string file; ///< Appended to; at 10 MiB it is renamed to <file>.1 and so on, three are kept. Empty:
                      ///< standard error.
    std::size_t recentLines = 500; ///< Kept in memory.
};

struct LogError {
    std::string text;
};

/// Threads: any. A line costs a lock and a write; do not log per record or per request.
class Log {
public:
    static Result<std::unique_ptr<Log>, LogError> open(LogOptions options, const Clock& clock);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void write(LogLevel level, std::string_view area, std::string_view text);
    void debug(std::string_view area, std::string_view text) { write(LogLevel::Debug, area, text); }
    void info(std::string_view area, std::string_view text) { write(LogLevel::Info, area, text); }
    void warning(std::string_view area, std::string_view text) { write(LogLevel::Warning, area, text); }
    void error(std::string_view area, std::string_view text) { write(LogLevel::Error, area, text); }

    /// The newest lines, newest first.
    [[nodiscard]] std::vector<LogLine> recent(std::size_t limit) const;

private:
    Log(LogOptions options, const Clock& clock, std::shared_ptr<spdlog::logger> sink);

    LogOptions m_options;
    const Clock& m_clock;
    std::shared_ptr<spdlog::logger> m_sink;
    Guarded<std::deque<LogLine>> m_recent;
};

} // namespace sluice
