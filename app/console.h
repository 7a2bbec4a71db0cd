#pragma once

// Texts for people at a terminal.

#include "core/base/time.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// "1.75 s", "600 ms", "738 µs".
std::string durationText(Nanos duration);
/// "2026-03-12 14:21:01.322" in local time; "-" for zero.
std::string timeText(UnixTime time);
/// "1.8 MB".
std::string bytesText(std::uint64_t bytes);
/// "36,581".
std::string countText(std::uint64_t count);

/// Rows of text in aligned columns. Columns whose header begins with '>' are set to the right.
class TextTable {
public:
    explicit TextTable(std::vector<std::string> headers);
    void add(std::vector<std::string> cells);
    /// Without trailing blanks; ends with a line break.
    [[nodiscard]] std::string text() const;

private:
    std::vector<std::vector<std::string>> m_rows;
};

/// Writes one line to stderr: "sluice: TEXT".
void complain(std::string_view text);

/// Shows how far long work is, on stderr, when that is a terminal: "[#####.....] 52 %  81,000/s  12 s left".
class ProgressBar {
public:
    explicit ProgressBar(std::string unit);
    ~ProgressBar(); ///< Removes the line.
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    /// `fraction` in 0…1 and what has been done so far; negative fraction: unknown.
    void update(double fraction, std::uint64_t done);

private:
    std::string m_unit;
    bool m_isShown;
    std::chrono::steady_clock::time_point m_started;
    std::chrono::steady_clock::time_point m_last;
};

/// Set by SIGINT and SIGTERM once installInterrupt() has been called. Blocks until it is set or `wait` is
/// over.
void installInterrupt();
bool wasInterrupted();
bool waitForInterrupt(Nanos wait);

} // namespace sluice
