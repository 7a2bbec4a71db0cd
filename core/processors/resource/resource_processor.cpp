#include "core/processors/resource/resource_processor.h"

#include <utility>

namespace sluice {

namespace {

std::unique_ptr<Processor> create(
    const config::Node& config, std::optional<Signal> signal, config::Problems& problems)
{
    const std::size_t before = problems.size();
    config::SectionReader section(config, {}, problems);
    AttributeActions actions;
    const config::Node* list = section.list("attributes");
    if (list != nullptr && !list->items.empty())
        actions = AttributeActions::read(*list, "attributes", problems);
    else if (problems.size() == before)
        section.report("attributes", "at least one action is needed");
    section.finish();
    if (problems.size() != before || !signal)
        return nullptr;
    return std::make_unique<ResourceProcessor>(std::move(actions));
}

} // namespace

ResourceProcessor::ResourceProcessor(AttributeActions actions)
    : m_actions(std::move(actions))
{
}

void ResourceProcessor::process(
    Batch& batch, Verdicts& verdicts, const RequestContext& context, UnixTime /*now*/, Flow& /*flow*/)
{
    // A bit per resource: changed. Records are visited once, however many resources there are.
    std::vector<bool> isChanged(batch.request().resources.size());
    for (std::uint32_t resource = 0; resource < isChanged.size(); ++resource)
        isChanged[resource] = m_actions.apply(batch.resourceAttributes(resource), context);
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        if (!batch.isKept(i) || !isChanged[batch.resourceOf(i)])
            continue;
        verdicts.change(i);
        if (verdicts.wantsReason(i))
            verdicts.reason("the attributes of its resource were changed");
    }
}

const ProcessorFactory& ResourceProcessor::factory()
{
    static constexpr ProcessorFactory kFactory{.type = "resource",
        .oldType = {},
        .badge = Badge::Exact,
        .remark = {},
        .supports = [](Signal) { return true; },
        .create = create};
    return kFactory;
}

} // namespace sluice
