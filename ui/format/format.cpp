#include "ui/format/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <array>
#include <cmath>

namespace sluice::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Format)
};

QString significant(double value)
{
    const int decimals = value >= 10 ? 0 : 1;
    return QLocale().toString(value, 'f', decimals);
}

QDateTime dateTime(UnixTime time)
{
    return QDateTime::fromMSecsSinceEpoch(
        std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

} // namespace

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString ruleName(std::string_view id)
{
    const std::size_t slash = id.find('/');
    return text(slash == std::string_view::npos || slash + 1 == id.size() ? id : id.substr(slash + 1));
}

QString formatDuration(Nanos duration)
{
    if (duration < Nanos::zero())
        return QStringLiteral("\u2212") + formatDuration(-duration);
    const auto nanos = static_cast<double>(duration.count());
    if (nanos < 1e3)
        return QLocale().toString(static_cast<qlonglong>(duration.count())) + QStringLiteral(" ns");
    if (nanos < 999.5e3)
        return significant(nanos / 1e3) + QStringLiteral(" µs");
    if (nanos < 999.5e6)
        return significant(nanos / 1e6) + QStringLiteral(" ms");
    if (nanos < 59.995e9)
        return QLocale().toString(nanos / 1e9, 'f', nanos < 9.995e9 ? 2 : 1) + QStringLiteral(" s");
    const auto seconds = static_cast<qlonglong>(std::llround(nanos / 1e9));
    if (seconds < 3600)
        return Words::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    return Words::tr("%1 h %2 min").arg(seconds / 3600).arg(seconds % 3600 / 60);
}

QString formatCount(std::uint64_t count)
{
    return QLocale().toString(static_cast<qulonglong>(count));
}

QString wordFor(std::uint64_t count, Counted what)
{
    const bool isOne = count == 1;
    switch (what) {
    case Counted::Span: return isOne ? Words::tr("span") : Words::tr("spans");
    case Counted::Trace: return isOne ? Words::tr("trace") : Words::tr("traces");
    case Counted::Point: return isOne ? Words::tr("point") : Words::tr("points");
    case Counted::Request: return isOne ? Words::tr("request") : Words::tr("requests");
    case Counted::Service: return isOne ? Words::tr("service") : Words::tr("services");
    case Counted::Error: return isOne ? Words::tr("error") : Words::tr("errors");
    case Counted::Metric: return isOne ? Words::tr("metric") : Words::tr("metrics");
    case Counted::Series: return Words::tr("series");
    case Counted::Edit: return isOne ? Words::tr("edit") : Words::tr("edits");
    case Counted::Destination: return isOne ? Words::tr("destination") : Words::tr("destinations");
    case Counted::Record: break;
    }
    return isOne ? Words::tr("record") : Words::tr("records");
}

QString formatCounted(std::uint64_t count, Counted what)
{
    return formatCount(count) + u' ' + wordFor(count, what);
}

Counted recordOf(Signal signal)
{
    switch (signal) {
    case Signal::Traces: return Counted::Span;
    case Signal::Metrics: return Counted::Point;
    case Signal::Logs: break;
    }
    return Counted::Record;
}

QString formatShortCount(std::uint64_t count)
{
    const auto value = static_cast<double>(count);
    if (count < 10'000)
        return formatCount(count);
    if (value < 1e6)
        return significant(value / 1e3) + QStringLiteral(" k");
    return significant(value / 1e6) + QStringLiteral(" M");
}

QString formatBytes(std::uint64_t bytes)
{
    constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return QLocale().toString(value, 'f', decimals) + u' ' + QLatin1String(kUnits[unit]);
}

QString formatTime(UnixTime time)
{
    return dateTime(time).toString(QStringLiteral("HH:mm:ss.zzz"));
}

QString formatClock(UnixTime time)
{
    return dateTime(time).toString(QStringLiteral("HH:mm:ss"));
}

QString formatMinute(UnixTime time)
{
    return dateTime(time).toString(QStringLiteral("HH:mm"));
}

QString formatDateTime(UnixTime time)
{
    return dateTime(time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

QString formatShare(std::uint64_t part, std::uint64_t whole)
{
    const double share = whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return QLocale().toString(share, 'f', share >= 99.95 || share == 0 ? 0 : 1) + QStringLiteral(" %");
}

QString formatRate(double perSecond)
{
    if (perSecond <= 0)
        return QStringLiteral("0");
    return QLocale().toString(perSecond, 'f', perSecond < 9.95 ? 1 : 0);
}

QString formatNumber(double value)
{
    if (std::isnan(value))
        return QStringLiteral("–");
    if (value == std::floor(value) && std::abs(value) < 1e15)
        return QLocale().toString(value, 'f', 0);
    return QLocale().toString(value, 'g', 4);
}

} // namespace sluice::ui
