#pragma once

#include "core/pipeline/processor.h"
#include "core/processors/actions/attribute_actions.h"
#include "core/processors/match/match_properties.h"

namespace sluice {

/// Changes the attributes of spans, log records or data points that `include` and `exclude` select.
///
/// Threads: one at a time. Source: spec/processors.md section 6.5.
class AttributesProcessor final : public Processor {
public:
    struct Config {
        AttributeActions actions;
        RecordSelector selector;
    };

    explicit AttributesProcessor(Config config);

    /// Never drops. Cost: one pass over the attributes of each selected record.
    void process(
        Batch& batch, Verdicts& verdicts, const RequestContext& context, UnixTime now, Flow& flow) override;

    static const ProcessorFactory& factory();

private:
    Config m_config;
};

} // namespace sluice
