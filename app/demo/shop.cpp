#include "app/demo/shop.h"

#include "app/demo/visit_writer.h"

#include <algorithm>
#include <cmath>

namespace sluice::demo {

namespace {

/// Visits a second, with the slow swell of a shop's day.
double rateAt(double ms)
{
    const double t = std::fmod(ms, Shop::kDayMs) / 1000.0;
    return 40.2 + 3.2 * std::sin(t / 140) + 1.6 * std::sin(t / 37 + 1) + (t > 500 && t < 640 ? 2.2 : 0.0);
}

} // namespace

std::string_view nameOf(Service service)
{
    static constexpr std::array<std::string_view, kServiceCount> names{
        "frontend", "checkout", "cart", "payment", "inventory", "email", "recommendation"};
    return names[static_cast<std::size_t>(service)];
}

Shop::Shop(std::uint64_t seed, double scale, std::uint64_t salt)
    : m_seed(seed)
    , m_scale(scale)
    , m_salt(salt)
{
}

std::vector<Visit> Shop::visits(double from, double to)
{
    std::vector<Visit> visits;
    m_next = std::max(m_next, from);
    while (m_next < to) {
        const std::uint64_t visitSeed = m_seed + m_count * 0x2545F4914F6CDD1DU;
        ++m_count;
        Random random(visitSeed);
        Random ids(Random(visitSeed ^ m_salt).next());
        VisitWriter writer(random, ids, m_next, {m_lastOrder, m_lastOrderSpan});
        Visit visit = writer.write();
        if (visit.operation == "POST /api/checkout" && !visit.hasError) {
            m_lastOrder = visit.traceId;
            m_lastOrderSpan = visit.spans.front().id;
        }
        visits.push_back(std::move(visit));
        m_next += 1000.0 * random.exponential(1.0 / (rateAt(m_next) * m_scale));
    }
    return visits;
}

} // namespace sluice::demo
