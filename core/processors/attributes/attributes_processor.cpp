#include "core/processors/attributes/attributes_processor.h"

#include <utility>

namespace sluice {

namespace {

std::unique_ptr<Processor> create(
    const config::Node& config, std::optional<Signal> signal, config::Problems& problems)
{
    const std::size_t before = problems.size();
    config::SectionReader section(config, {}, problems);
    AttributesProcessor::Config parsed;
    const config::Node* actions = section.list("actions");
    if (actions != nullptr && !actions->items.empty())
        parsed.actions = AttributeActions::read(*actions, "actions", problems);
    else if (problems.size() == before)
        section.report("actions", "at least one action is needed");
    parsed.selector.readFrom(section, signal);
    section.finish();
    if (problems.size() != before || !signal)
        return nullptr;
    return std::make_unique<AttributesProcessor>(std::move(parsed));
}

} // namespace

AttributesProcessor::AttributesProcessor(Config config)
    : m_config(std::move(config))
{
}

void AttributesProcessor::process(
    Batch& batch, Verdicts& verdicts, const RequestContext& context, UnixTime /*now*/, Flow& /*flow*/)
{
    const bool selectsAll = m_config.selector.selectsAll();
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        if (!batch.isKept(i) || !batch.record(i).isPoint)
            continue;
        std::string reason;
        const bool isExplained = verdicts.wantsReason(i);
        if (isExplained)
            reason = m_config.selector.reason(batch, i);
        if (selectsAll || m_config.selector.selects(batch, i)) {
            if (m_config.actions.apply(batch.attributes(i), context, isExplained ? &reason : nullptr))
                verdicts.change(i);
        }
        if (isExplained)
            verdicts.reason(std::move(reason));
    }
}

const ProcessorFactory& AttributesProcessor::factory()
{
    static constexpr ProcessorFactory kFactory{.type = "attributes",
        .oldType = {},
        .badge = Badge::Exact,
        .remark = {},
        .supports = [](Signal) { return true; },
        .create = create};
    return kFactory;
}

} // namespace sluice
