#pragma once

#include "core/pipeline/processor.h"

namespace sluice {

/// Stands where the collector's memory limiter stands and lets everything pass: what is received is stored
/// before any rule runs, and the memory of requests on their way is capped at the receivers. Its
/// configuration is checked all the same.
///
/// Threads: one at a time. Source: spec/processors.md section 5; architecture section 6.9.
class MemoryLimiterProcessor final : public Processor {
public:
    void process(Batch&, Verdicts&, const RequestContext&, UnixTime, Flow&) override { }

    static const ProcessorFactory& factory();
};

} // namespace sluice
