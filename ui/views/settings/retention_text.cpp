#include "ui/views/settings/retention_text.h"

#include <QRegularExpression>

#include <array>
#include <utility>

namespace sluice::ui {
namespace {

using Unit = std::pair<const char*, double>;

constexpr std::array kSizes{Unit{"b", 1}, Unit{"kb", 1e3}, Unit{"mb", 1e6}, Unit{"gb", 1e9}, Unit{"tb", 1e12},
    Unit{"kib", 1024}, Unit{"mib", 1048576}, Unit{"gib", 1073741824}};
constexpr std::array kAges{Unit{"s", 1}, Unit{"min", 60}, Unit{"m", 60}, Unit{"h", 3600}, Unit{"d", 86400}};

template <std::size_t N>
std::optional<double> read(const QString& text, const std::array<Unit, N>& units)
{
    static const QRegularExpression form(QStringLiteral("^([0-9]+(?:[.,][0-9]+)?)\\s*([a-z]+)$"));
    const auto match = form.match(text.trimmed().toLower());
    if (!match.hasMatch())
        return std::nullopt;
    for (const auto& [name, factor] : units) {
        if (match.captured(2) == QLatin1String(name))
            return match.captured(1).replace(u',', u'.').toDouble() * factor;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::uint64_t> sizeFromText(const QString& text)
{
    if (text.trimmed().isEmpty())
        return 0;
    const auto bytes = read(text, kSizes);
    if (!bytes || *bytes < 1 || *bytes > 9e18)
        return std::nullopt;
    return static_cast<std::uint64_t>(*bytes);
}

QString sizeToText(std::uint64_t bytes)
{
    if (bytes == 0)
        return {};
    for (const auto& [name, factor] : {Unit{"TB", 1e12}, Unit{"GB", 1e9}, Unit{"MB", 1e6}, Unit{"kB", 1e3}}) {
        if (static_cast<double>(bytes) >= factor)
            return QStringLiteral("%1 %2").arg(static_cast<double>(bytes) / factor).arg(QLatin1String(name));
    }
    return QStringLiteral("%1 B").arg(bytes);
}

std::optional<Nanos> ageFromText(const QString& text)
{
    if (text.trimmed().isEmpty())
        return Nanos(0);
    const auto seconds = read(text, kAges);
    if (!seconds || *seconds < 1 || *seconds > 9e9)
        return std::nullopt;
    return Nanos(static_cast<std::int64_t>(*seconds * 1e9));
}

QString ageToText(Nanos age)
{
    const std::int64_t seconds = age.count() / 1'000'000'000;
    if (seconds == 0)
        return {};
    for (const auto& [name, size] : {std::pair("d", 86400), std::pair("h", 3600), std::pair("min", 60)}) {
        if (seconds % size == 0 && !(size == 86400 && seconds < 2 * size))
            return QStringLiteral("%1 %2").arg(seconds / size).arg(QLatin1String(name));
    }
    return QStringLiteral("%1 s").arg(seconds);
}

} // namespace sluice::ui
