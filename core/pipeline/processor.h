#pragma once

#include "core/base/time.h"
#include "core/config/node.h"
#include "core/model/request.h"
#include "core/model/signal.h"
#include "core/pipeline/batch.h"
#include "core/pipeline/verdicts.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace sluice {

/// One rule at work: gets batch after batch in the order of arrival, changes and drops records.
///
/// Never sleeps, never looks at the wall clock, never does I/O: the same batches give the same results again,
/// live and off-line. Cannot fail. One thread.
class Processor {
public:
    virtual ~Processor() = default;
    Processor(const Processor&) = delete;
    Processor& operator=(const Processor&) = delete;

    /// `now` is virtual time: the arrival of the request.
    virtual void process(Batch& batch, Verdicts& verdicts, const RequestContext& context, UnixTime now) = 0;

protected:
    Processor() = default;
};

/// How near a processor comes to the collector's of the same name.
enum class Badge : std::uint8_t { Exact, Approximate, OursOnly };

/// A kind of processor: its name and how to make one from its configuration.
struct ProcessorFactory {
    std::string_view type; ///< The collector's present name: "attributes", "resource_detection".
    std::string_view oldType; ///< The name it had before, accepted too; empty when it never changed.
    Badge badge = Badge::Exact;
    std::string_view remark; ///< What is different, when the badge is not Exact.
    bool (*supports)(Signal signal) = nullptr;

    /// Reads `config` and makes the processor for one pipeline. Without a signal it only checks what does not
    /// depend on one. Adds every problem to `problems` (keys from the configuration's top); null when there
    /// is one.
    std::unique_ptr<Processor> (*create)(
        const config::Node& config, std::optional<Signal> signal, config::Problems& problems)
        = nullptr;
};

/// All kinds, sorted by type. The list is core/processors/registry.cpp.
std::span<const ProcessorFactory> processorFactories();

/// The kind with this present or former name; null when there is none.
const ProcessorFactory* findProcessorFactory(std::string_view type);

} // namespace sluice
