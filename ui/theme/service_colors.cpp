#include "ui/theme/service_colors.h"

#include "ui/theme/tokens.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sluice::ui {
namespace {

// FNV-1a: the same in every run and on every machine, which qHash does not promise.
std::uint32_t hashOf(const std::string& text)
{
    std::uint32_t hash = 2166136261u;
    for (const char byte : text)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619u;
    return hash;
}

} // namespace

const ServiceColors::Mark& ServiceColors::of(const std::string& service)
{
    if (const auto known = m_marks.find(service); known != m_marks.end())
        return known->second;
    std::array<int, kServiceSlots> users{};
    for (const auto& [name, mark] : m_marks)
        ++users[static_cast<std::size_t>(mark.slot)];
    const int fewest = *std::ranges::min_element(users);
    auto slot = static_cast<std::size_t>(hashOf(service) % kServiceSlots);
    while (users[slot] > fewest)
        slot = (slot + 1) % users.size();
    Mark mark{static_cast<int>(slot), monogramFor(service)};
    m_monograms.push_back(mark.monogram);
    return m_marks.emplace(service, std::move(mark)).first->second;
}

QString ServiceColors::monogramFor(const std::string& service) const
{
    const QString name = QString::fromUtf8(service).toLower();
    const QString padded = name.leftJustified(3, u'·');
    for (const QString& candidate : {padded.left(2), QString(padded[0]) + padded[2]}) {
        if (std::ranges::find(m_monograms, candidate) == m_monograms.end())
            return candidate;
    }
    for (int digit = 2; digit < 10; ++digit) {
        const QString candidate = padded[0] + QString::number(digit);
        if (std::ranges::find(m_monograms, candidate) == m_monograms.end())
            return candidate;
    }
    return padded.left(2);
}

} // namespace sluice::ui
