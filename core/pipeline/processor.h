#pragma once

#include "core/base/shared_bytes.h"
#include "core/base/time.h"
#include "core/config/node.h"
#include "core/model/request.h"
#include "core/model/signal.h"
#include "core/pipeline/batch.h"
#include "core/pipeline/verdicts.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sluice {

/// A payload that a processor sends on by itself: batches, decided traces, metrics that a connector made.
struct Released {
    Signal signal = Signal::Traces; ///< The pipeline's own; of a connector: its target's.
    SharedBytes payload; ///< An export request. PayloadBuilder writes one record by record.
    /// By record of the payload, in order: the record of the capture that it stands for (Batch::origin()), or
    /// 0 for one that was made. Empty: all were made. A record of the capture stands in one payload at most.
    std::vector<std::uint64_t> origins;
    bool isLate = false; ///< Its records came after the decision on them: only a flag in their outcomes.
};

/// The way on for what does not go on with its batch. Belongs to the pipeline; valid during the call that was
/// given it. What is released goes through the rules behind this one as soon as the call returns, before the
/// batch that is being processed does.
class Flow {
public:
    virtual void release(Released released) = 0;
    /// A record that waits (Verdicts::wait()) will not go on: this rule dropped it after all. Made records
    /// need no word.
    virtual void drop(std::uint64_t origin, std::uint16_t condition = 0, bool isLate = false) = 0;

protected:
    ~Flow() = default;
};

/// One rule at work: gets batch after batch in the order of arrival, changes and drops records, or holds them
/// and lets them go later. There is one processor per pipeline that the rule stands in.
///
/// Never sleeps, never looks at the wall clock, never does I/O: the same batches give the same results again,
/// live and off-line. Cannot fail. One thread.
class Processor {
public:
    virtual ~Processor() = default;
    Processor(const Processor&) = delete;
    Processor& operator=(const Processor&) = delete;

    /// `now` is virtual time: the arrival of the request. What is still kept in the batch at the end goes on
    /// to the next rule. A record that is held is given to Verdicts::wait(), and comes back exactly once, in
    /// this call or a later one: by Flow::release() as part of a payload, or by Flow::drop(). Keep the bytes of
    /// what is held (Batch::encodedRecord() and its siblings, or encode()), not views: they die with the
    /// batch.
    virtual void process(
        Batch& batch, Verdicts& verdicts, const RequestContext& context, UnixTime now, Flow& flow)
        = 0;

    /// When advance() is wanted next, in virtual time; nothing: not at all, as things are. Asked again after
    /// every call. Timers that repeat fire at multiples of their interval since 1970 (nextOnGrid()), so that
    /// they fire at the same moments live, off-line and after a restart.
    [[nodiscard]] virtual std::optional<UnixTime> nextTimer() const { return std::nullopt; }
    /// Virtual time has come to the moment that nextTimer() said; that moment is `now`. All timers of a
    /// revision fire in their order in time, those of one moment in the order of the rules, and before a
    /// request that arrives at that moment.
    virtual void advance(UnixTime now, Flow& flow);
    /// The end, as a shut-down: let everything out that a shut-down lets out, and drop the rest.
    virtual void drain(UnixTime now, Flow& flow);

protected:
    Processor() = default;
};

/// The first multiple of `interval` since 1970 that is later than `now`.
constexpr UnixTime nextOnGrid(UnixTime now, Nanos interval)
{
    return UnixTime((now.time_since_epoch() / interval + 1) * interval);
}

/// How near a processor comes to the collector's of the same name.
enum class Badge : std::uint8_t { Exact, Approximate, OursOnly };

/// A kind of processor: its name and how to make one from its configuration.
struct ProcessorFactory {
    std::string_view type; ///< The collector's present name: "attributes", "resource_detection".
    std::string_view oldType; ///< The name it had before, accepted too; empty when it never changed.
    Badge badge = Badge::Exact;
    std::string_view remark; ///< What is different, when the badge is not Exact.
    bool (*supports)(Signal signal) = nullptr;
    /// False for the few that the collector does not declare as changing data. Pipelines that change data get
    /// a request before those that only read.
    bool mutates = true;

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

/// A kind of connector. A connector is a Processor that stands at the end of its source pipelines and sees
/// what leaves them (it changes and drops nothing there). What it releases enters its target pipelines. There is
/// one instance for each pair of a source's and a target's signal.
struct ConnectorFactory {
    std::string_view type; ///< As of ProcessorFactory.
    std::string_view oldType;
    Badge badge = Badge::Exact;
    std::string_view remark;
    bool (*supports)(Signal from, Signal to) = nullptr;

    /// Reads `config` and makes the connector. Without signals it only checks.
    std::unique_ptr<Processor> (*create)(const config::Node& config, std::optional<Signal> from,
        std::optional<Signal> to, config::Problems& problems)
        = nullptr;
};

/// All kinds, sorted by type. The list is core/processors/registry.cpp.
std::span<const ConnectorFactory> connectorFactories();

/// The kind with this present or former name; null when there is none.
const ConnectorFactory* findConnectorFactory(std::string_view type);

} // namespace sluice
