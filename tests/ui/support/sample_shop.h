#pragma once

// A capture and an engine of a small shop, in memory, for tests and pictures of the screens. Everything that
// a screen changes is kept, so that a test can look at it.

#include "core/base/guarded.h"
#include "core/engine/control.h"
#include "core/query/query.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace sluice::ui::samples {

/// The moment at which the sample's newest record arrived.
UnixTime sampleNow();

/// Log records, metrics and nothing else; traces are empty. Newest first, one record every 400 ms.
class SampleQuery final : public query::Query {
public:
    /// `records` log records end at `end`; more can be added while a screen reads.
    SampleQuery(std::size_t records, UnixTime end);

    void addLogs(std::size_t count);
    /// Every question fails with this until it is empty again.
    void failWith(std::string text);

    query::Answer<query::TracePage> traces(const query::TraceFilter&, query::TraceSort,
        const std::optional<query::PageKey>&, std::size_t, std::stop_token) const override;
    query::Answer<query::TraceCounts> traceCounts(const query::TraceFilter&, std::stop_token) const override;
    query::Answer<query::TimeHistogram> traceHistogram(
        const query::TraceFilter&, TimeRange, std::size_t, std::stop_token) const override;
    query::Answer<std::vector<query::Facet>> traceFacets(
        const query::TraceFilter&, std::stop_token) const override;
    query::Answer<std::uint64_t> tracesNewerThan(
        const query::TraceFilter&, std::uint64_t, std::stop_token) const override;
    query::Answer<query::TraceDetail> trace(const TraceId&, std::stop_token) const override;
    query::Answer<query::SpanDetail> span(std::uint64_t, std::stop_token) const override;
    query::Answer<query::LogPage> logs(const query::LogFilter&, const std::optional<query::PageKey>&,
        std::size_t, std::stop_token) const override;
    query::Answer<query::SeverityHistogram> logHistogram(
        const query::LogFilter&, TimeRange, std::size_t, std::stop_token) const override;
    query::Answer<std::vector<query::Facet>> logFacets(
        const query::LogFilter&, std::stop_token) const override;
    query::Answer<query::LogDetail> log(std::uint64_t sequence, std::stop_token) const override;
    query::Answer<std::vector<query::MetricInfo>> metrics(
        const query::MetricFilter&, std::stop_token) const override;
    query::Answer<std::vector<query::MetricSeries>> metricSeries(
        const std::string& name, const query::MetricFilter&, std::stop_token) const override;
    query::Answer<query::Explanation> explain(RecordId, std::stop_token) const override;
    query::Answer<query::CaptureStats> stats(std::stop_token) const override;
    query::Answer<TimeRange> timeRange(Signal, std::stop_token) const override;

private:
    struct State {
        std::vector<query::LogRow> logs; ///< Oldest first.
        std::string failure;
    };
    [[nodiscard]] std::vector<query::LogRow> matching(
        const query::LogFilter& filter) const; ///< Newest first.
    [[nodiscard]] std::optional<query::QueryError> failure() const;

    UnixTime m_end;
    Guarded<State> m_state;
};

/// Keeps what it is told. revisions() begins with r12 to r14.
class SampleControl final : public EngineControl {
public:
    SampleControl();

    [[nodiscard]] EngineStatus status() const override;
    [[nodiscard]] std::shared_ptr<void> onChanged(std::function<void()> callback) override;
    [[nodiscard]] std::vector<RevisionInfo> revisions() const override;
    [[nodiscard]] std::vector<RuleProblem> validate(const RevisionDefinition& draft) const override;
    Result<std::uint32_t, ControlError> apply(
        const RevisionDefinition& draft, const std::string& note) override;
    Result<std::uint32_t, ControlError> rollBack(std::uint32_t revision) override;
    Result<void, ControlError> saveDestination(const DestinationSettings& settings, bool fromStart) override;
    Result<void, ControlError> removeDestination(const std::string& name) override;
    Result<void, ControlError> setDestinationPaused(const std::string& name, bool paused) override;
    Result<void, ControlError> retryNow(const std::string& name) override;
    void testDestination(const DestinationSettings& settings,
        const std::function<void(const std::vector<ConnectionTestStep>&)>& onStep) override;
    Result<void, ControlError> keepCapture() override;
    Result<void, ControlError> saveCaptureAs(const std::string& path) override;
    Result<void, ControlError> setRetention(std::uint64_t maxBytes, Nanos maxAge) override;
    Result<void, ControlError> listen(const std::string& receiver, const std::string& address) override;
    Result<void, ControlError> setDemoRunning(bool running) override;
    [[nodiscard]] bool isDemoRunning() const override;

    /// Tells the listener that something has changed.
    void announce();
    /// As in a new capture: no revision, nothing applied.
    void forgetRevisions();
    void setDestinations(std::vector<DestinationStatus> destinations);

private:
    struct State {
        EngineStatus status;
        std::vector<RevisionInfo> revisions;
        std::function<void()> listener;
    };
    Guarded<State> m_state;
};

/// The rules of the sample: five for traces, one for logs, one for metrics.
RevisionDefinition sampleRules();

} // namespace sluice::ui::samples
