#include "core/processors/memory_limiter/memory_limiter_processor.h"

#include <limits>

namespace sluice {

namespace {

constexpr std::int64_t kMaxMebibytes = std::numeric_limits<std::uint32_t>::max();

std::unique_ptr<Processor> create(
    const config::Node& config, std::optional<Signal> signal, config::Problems& problems)
{
    const std::size_t before = problems.size();
    config::SectionReader section(config, {}, problems);
    Nanos interval{0};
    std::int64_t limit = 0;
    std::int64_t spike = 0;
    std::int64_t percentage = 0;
    std::int64_t spikePercentage = 0;
    section.read("check_interval", interval);
    section.read("limit_mib", limit, 0, kMaxMebibytes);
    section.read("spike_limit_mib", spike, 0, kMaxMebibytes);
    section.read("limit_percentage", percentage, 0, 100);
    section.read("spike_limit_percentage", spikePercentage, 0, 100);
    for (const std::string_view key :
        {"min_gc_interval_when_soft_limited", "min_gc_interval_when_hard_limited",
            "max_gc_interval_when_soft_limited", "max_gc_interval_when_hard_limited"}) {
        Nanos ignored{0};
        section.read(key, ignored);
    }
    section.finish();
    if (problems.size() == before) {
        if (interval <= Nanos(0))
            section.report("check_interval", "must be greater than zero");
        if (limit == 0 && percentage == 0)
            section.report({}, "limit_mib or limit_percentage must be greater than zero");
        else if (limit != 0 && spike >= limit)
            section.report("spike_limit_mib", "must be smaller than limit_mib");
        else if (limit == 0 && spikePercentage >= percentage)
            section.report("spike_limit_percentage", "must be smaller than limit_percentage");
    }
    if (problems.size() != before || !signal)
        return nullptr;
    return std::make_unique<MemoryLimiterProcessor>();
}

} // namespace

const ProcessorFactory& MemoryLimiterProcessor::factory()
{
    static constexpr ProcessorFactory kFactory{.type = "memory_limiter",
        .oldType = {},
        .badge = Badge::Approximate,
        .remark
        = "lets everything pass: requests are stored before rules run, and memory is capped at the receivers",
        .supports = [](Signal) { return true; },
        .mutates = false,
        .create = create};
    return kFactory;
}

} // namespace sluice
