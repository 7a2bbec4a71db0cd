#include "core/base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace sluice {
namespace {

constexpr std::size_t kMaxFileBytes = 10u << 20;
constexpr std::size_t kKeptFiles = 3;
constexpr std::array<std::string_view, 5> kLevelNames{"debug", "info", "warning", "error", "off"};

/// A line break in a message must not look like another line.
std::string onOneLine(std::string_view text)
{
    std::string line(text);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U; }, ' ');
    return line;
}

} // namespace

std::string_view nameOf(LogLevel level)
{
    return kLevelNames[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> logLevelNamed(std::string_view name)
{
    const auto* found = std::find(kLevelNames.begin(), kLevelNames.end(), name);
    if (found == kLevelNames.end())
        return std::nullopt;
    return static_cast<LogLevel>(found - kLevelNames.begin());
}

std::string LogLine::toString() const
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto inDay = std::chrono::floor<std::chrono::milliseconds>(time - day).count();
    std::array<char, 40> stamp{};
    std::snprintf(stamp.data(), stamp.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(inDay / 3'600'000), static_cast<int>(inDay / 60'000 % 60),
        static_cast<int>(inDay / 1000 % 60), static_cast<int>(inDay % 1000));
    std::string line(stamp.data());
    line += ' ';
    line += nameOf(level);
    line += ' ';
    line += area;
    line += ": ";
    line += text;
    return line;
}

Result<std::unique_ptr<Log>, LogError> Log::open(LogOptions options, const Clock& clock)
{
    try {
        spdlog::sink_ptr sink;
        if (options.file.empty())
            sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        else
            sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                options.file, kMaxFileBytes, kKeptFiles);
        auto logger = std::make_shared<spdlog::logger>("sluice", std::move(sink));
        logger->set_pattern("%v");
        logger->set_level(spdlog::level::trace);
        logger->flush_on(spdlog::level::trace); // A crash must not swallow what led to it.
        return std::unique_ptr<Log>(new Log(std::move(options), clock, std::move(logger)));
    } catch (const spdlog::spdlog_ex& error) {
        return fail(LogError{"The log file cannot be written: " + std::string(error.what())});
    }
}

Log::Log(LogOptions options, const Clock& clock, std::shared_ptr<spdlog::logger> sink)
    : m_options(std::move(options))
    , m_clock(clock)
    , m_sink(std::move(sink))
{
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view area, std::string_view text)
{
    if (level < m_options.level || level == LogLevel::Off)
        return;
    LogLine line{m_clock.now(), level, std::string(area), onOneLine(text)};
    const std::string written = line.toString();
    m_recent.with([&](std::deque<LogLine>& recent) {
        recent.push_front(std::move(line));
        if (recent.size() > m_options.recentLines)
            recent.pop_back();
    });
    m_sink->log(spdlog::level::info, spdlog::string_view_t(written.data(), written.size()));
}

std::vector<LogLine> Log::recent(std::size_t limit) const
{
    return m_recent.with([limit](const std::deque<LogLine>& recent) {
        const auto count = static_cast<std::ptrdiff_t>(std::min(limit, recent.size()));
        return std::vector<LogLine>(recent.begin(), recent.begin() + count);
    });
}

} // namespace sluice
