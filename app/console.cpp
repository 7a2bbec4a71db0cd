#include "app/console.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace sluice {

namespace {

std::string formatted(const char* format, auto... values)
{
    std::array<char, 160> buffer{};
    const int size = std::snprintf(buffer.data(), buffer.size(), format, values...);
    return {
        buffer.data(), static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(buffer.size()) - 1))};
}

/// Characters, not bytes, as far as UTF-8 tells.
std::size_t widthOf(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::atomic<bool> g_interrupted{false}; // A signal handler can reach nothing else.
int g_wakePipe[2] = {-1, -1};

void onSignal(int)
{
    g_interrupted.store(true);
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(g_wakePipe[1], &byte, 1);
}

} // namespace

std::string durationText(Nanos duration)
{
    const auto ns = static_cast<double>(duration.count());
    if (ns >= 60e9)
        return formatted("%d min %02d s", static_cast<int>(ns / 60e9), static_cast<int>(ns / 1e9) % 60);
    if (ns >= 1e9)
        return formatted("%.2f s", ns / 1e9);
    if (ns >= 10e6)
        return formatted("%.0f ms", ns / 1e6);
    if (ns >= 1e6)
        return formatted("%.1f ms", ns / 1e6);
    return formatted("%.0f µs", ns / 1e3);
}

std::string timeText(UnixTime time)
{
    if (time == UnixTime{})
        return "-";
    const std::int64_t nanos = time.time_since_epoch().count();
    const std::time_t seconds = nanos / 1'000'000'000;
    std::tm local{};
    ::localtime_r(&seconds, &local);
    std::array<char, 32> buffer{};
    const std::size_t size = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M:%S", &local);
    return std::string(buffer.data(), size) + formatted(".%03d", static_cast<int>(nanos / 1'000'000 % 1000));
}

std::string bytesText(std::uint64_t bytes)
{
    const auto value = static_cast<double>(bytes);
    if (value >= 1e9)
        return formatted("%.2f GB", value / 1e9);
    if (value >= 1e6)
        return formatted("%.1f MB", value / 1e6);
    if (value >= 1e3)
        return formatted("%.1f kB", value / 1e3);
    return formatted("%d B", static_cast<int>(bytes));
}

std::string countText(std::uint64_t count)
{
    std::string digits = std::to_string(count);
    for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

TextTable::TextTable(std::vector<std::string> headers)
{
    m_rows.push_back(std::move(headers));
}

void TextTable::add(std::vector<std::string> cells)
{
    m_rows.push_back(std::move(cells));
}

std::string TextTable::text() const
{
    const std::size_t columns = m_rows.front().size();
    std::vector<bool> isRight(columns);
    std::vector<std::size_t> widths(columns);
    for (std::size_t column = 0; column < columns; ++column) {
        isRight[column] = m_rows.front()[column].starts_with('>');
        for (const auto& row : m_rows)
            widths[column] = std::max(
                widths[column], widthOf(row[column]) - (&row == &m_rows.front() && isRight[column] ? 1 : 0));
    }
    std::string text;
    for (const auto& row : m_rows) {
        std::string line;
        for (std::size_t column = 0; column < columns; ++column) {
            std::string_view cell = row[column];
            if (&row == &m_rows.front() && isRight[column])
                cell.remove_prefix(1);
            const std::string blanks(widths[column] - widthOf(cell), ' ');
            line += isRight[column] ? blanks + std::string(cell) : std::string(cell) + blanks;
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

void complain(std::string_view text)
{
    std::fprintf(stderr, "sluice: %.*s\n", static_cast<int>(text.size()), text.data());
}

ProgressBar::ProgressBar(std::string unit)
    : m_unit(std::move(unit))
    , m_isShown(::isatty(STDERR_FILENO) == 1)
    , m_started(std::chrono::steady_clock::now())
    , m_last(m_started)
{
}

ProgressBar::~ProgressBar()
{
    if (m_isShown)
        std::fputs("\r\033[K", stderr);
}

void ProgressBar::update(double fraction, std::uint64_t done)
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_isShown || now - m_last < std::chrono::milliseconds(100))
        return;
    m_last = now;
    const double seconds = std::chrono::duration<double>(now - m_started).count();
    std::string line = "\r\033[K";
    if (fraction >= 0) {
        const auto full = static_cast<std::size_t>(std::clamp(fraction, 0.0, 1.0) * 24);
        line += '[' + std::string(full, '#') + std::string(24 - full, '.')
            + formatted("] %3.0f %%  ", fraction * 100);
    }
    line += countText(done) + ' ' + m_unit;
    line += "  " + countText(static_cast<std::uint64_t>(static_cast<double>(done) / std::max(seconds, 0.001)))
        + "/s";
    if (fraction > 0.02)
        line += "  "
            + durationText(Nanos(static_cast<std::int64_t>(seconds * (1 - fraction) / fraction * 1e9)))
            + " left";
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
}

void installInterrupt()
{
    if (g_wakePipe[0] < 0 && ::pipe(g_wakePipe) != 0)
        return;
    struct sigaction action { };
    action.sa_handler = onSignal;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

bool wasInterrupted()
{
    return g_interrupted.load();
}

bool waitForInterrupt(Nanos wait)
{
    const auto deadline = std::chrono::steady_clock::now() + wait;
    while (!wasInterrupted()) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now())
                              .count();
        if (left <= 0)
            return false;
        pollfd wake{g_wakePipe[0], POLLIN, 0};
        ::poll(&wake, 1, static_cast<int>(std::min<long>(left, 1'000'000)));
    }
    return true;
}

} // namespace sluice
