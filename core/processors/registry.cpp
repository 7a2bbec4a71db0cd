// The one list of all processors. A new one gets a folder, a line here and a line in CMakeLists.txt.

#include "core/pipeline/processor.h"
#include "core/processors/attributes/attributes_processor.h"
#include "core/processors/filter/filter_processor.h"
#include "core/processors/memory_limiter/memory_limiter_processor.h"
#include "core/processors/probabilistic_sampler/probabilistic_sampler_processor.h"
#include "core/processors/resource/resource_processor.h"

#include <algorithm>
#include <array>

namespace sluice {

std::span<const ProcessorFactory> processorFactories()
{
    static const std::array kFactories{AttributesProcessor::factory(), FilterProcessor::factory(),
        MemoryLimiterProcessor::factory(), ProbabilisticSamplerProcessor::factory(),
        ResourceProcessor::factory()};
    return kFactories;
}

const ProcessorFactory* findProcessorFactory(std::string_view type)
{
    const auto factories = processorFactories();
    const auto it = std::ranges::find_if(factories, [&](const ProcessorFactory& factory) {
        return factory.type == type || (!factory.oldType.empty() && factory.oldType == type);
    });
    return it == factories.end() ? nullptr : &*it;
}

std::span<const ConnectorFactory> connectorFactories()
{
    return {};
}

const ConnectorFactory* findConnectorFactory(std::string_view type)
{
    const auto factories = connectorFactories();
    const auto it = std::ranges::find_if(factories, [&](const ConnectorFactory& factory) {
        return factory.type == type || (!factory.oldType.empty() && factory.oldType == type);
    });
    return it == factories.end() ? nullptr : &*it;
}

} // namespace sluice
