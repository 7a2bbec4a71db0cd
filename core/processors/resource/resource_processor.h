#pragma once

#include "core/pipeline/processor.h"
#include "core/processors/actions/attribute_actions.h"

namespace sluice {

/// Changes the attributes of every resource.
///
/// Threads: one at a time. Source: spec/processors.md section 6.6.
class ResourceProcessor final : public Processor {
public:
    explicit ResourceProcessor(AttributeActions actions);

    /// Never drops. All records of a changed resource count as changed.
    void process(
        Batch& batch, Verdicts& verdicts, const RequestContext& context, UnixTime now, Flow& flow) override;

    static const ProcessorFactory& factory();

private:
    AttributeActions m_actions;
};

} // namespace sluice
