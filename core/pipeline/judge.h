#pragma once

// Runs a revision over requests: the one mechanism behind live processing, recovery, replay, preview and
// "why".

#include "core/base/result.h"
#include "core/base/shared_bytes.h"
#include "core/base/time.h"
#include "core/model/request.h"
#include "core/model/value.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/revision.h"
#include "core/pipeline/verdicts.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice {

/// A request to be judged. `sequence` rises over all signals; arrival is the virtual time of the request.
struct JudgedRequest {
    std::uint64_t sequence = 0;
    Signal signal = Signal::Traces;
    std::uint64_t firstRecord = 0;
    std::uint32_t recordCount = 0;
    UnixTime arrival;
    RequestContext context;
    SharedBytes body;
};

/// A record that waited and has its outcome now.
struct SettledRecord {
    std::uint64_t record = 0; ///< Its sequence.
    RecordOutcome outcome;
};

/// What left one pipeline at once, or became of records in it.
struct PipelineResult {
    std::string pipeline; ///< Id.
    bool isOfRequest = true; ///< True: the judged request on its way through this pipeline; `outcomes` are
                             ///< those of its records. False: something that a rule or a connector sent on.
    std::vector<RecordOutcome>
        outcomes; ///< One per record of the request, in order; empty: all kept, unchanged.
    SharedBytes payload; ///< What leaves, an export request; shares the request's bytes when nothing was
                         ///< changed. Empty when nothing leaves.
    std::uint64_t releasedRecords = 0; ///< Records in `payload`, made ones included.
    std::vector<std::uint64_t> origins; ///< When not of the request: by record of `payload`, the capture's
                                        ///< record that it stands for, or 0 for a made one.
    std::vector<SettledRecord> settled; ///< Records of earlier requests that waited until now.
    std::vector<RuleErrors> ruleErrors; ///< Errors that rules went on after.
    std::string error; ///< Why the request failed here; its records have the outcome Error and do not leave.
};

/// What one rule did to one record, step by step: for "why" and for the inspector.
struct RuleTrace {
    std::uint16_t rule = 0; ///< Index within its pipeline.
    bool reached = true;
    Verdict verdict = Verdict::Kept;
    std::string condition; ///< What decided, with the values: `attributes["http.route"] is "/healthz"`; empty
                           ///< when nothing did.
    std::string recordBefore; ///< Single-record export requests before and after this rule (protobuf); after
                              ///< is empty when dropped.
    std::string recordAfter;
};

/// A validated revision with its processors made. Holds the processors' state: one Judge is one run, used by
/// one thread at a time. Feed requests in rising order of sequence.
class Judge {
public:
    /// `number` is the revision's number in its capture (0 for a draft or a file).
    static Result<std::unique_ptr<Judge>, std::vector<RuleProblem>> create(
        const RevisionDefinition& definition, std::uint32_t number);

    virtual ~Judge() = default;
    Judge(const Judge&) = delete;
    Judge& operator=(const Judge&) = delete;

    [[nodiscard]] virtual std::uint32_t revision() const = 0;
    [[nodiscard]] virtual const RevisionDefinition& definition() const = 0;

    /// Judges one request in every pipeline that it enters: first those that change data, then the others,
    /// each in the order of the definition. Timers that are due by its arrival fire before. Cannot fail: what
    /// goes wrong becomes outcomes. An unedited request costs one scan at most (none without enabled rules).
    ///
    /// One result per pipeline that the request enters, and one for each payload that was sent on meanwhile,
    /// in the order in which things leave.
    virtual std::vector<PipelineResult> judge(const JudgedRequest& request) = 0;

    /// Virtual time has moved on without a request: timers fire. Time never runs backwards: a request that is
    /// older than the latest time is judged at the latest time.
    virtual std::vector<PipelineResult> advanceTo(UnixTime now) = 0;

    /// Lets out everything that waits, as a shut-down does.
    virtual std::vector<PipelineResult> drain() = 0;

    /// The oldest request that has a record waiting; nothing when none waits.
    [[nodiscard]] virtual std::optional<std::uint64_t> oldestWaiting() const = 0;
    /// Records that wait, over all pipelines.
    [[nodiscard]] virtual std::uint64_t waitingCount() const = 0;

    /// One record's way through one pipeline. Stateless rules give what they gave live.
    virtual std::vector<RuleTrace> trace(
        const JudgedRequest& request, std::uint32_t recordIndex, const std::string& pipeline)
        = 0;

protected:
    Judge() = default;
};

} // namespace sluice
