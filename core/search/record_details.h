#pragma once

#include "core/base/guarded.h"
#include "core/pipeline/judge.h"
#include "core/query/query.h"
#include "core/search/chunk_cache.h"
#include "core/search/reader_pool.h"
#include "core/search/record_parts.h"
#include "core/search/rule_book.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sluice::search {

/// Single records in full: as received, after the rules that judged them, and why.
///
/// What became of a record is not stored. Its request is run again under the revision that judged it: the
/// same code, so the same result. Rules that keep state over records may explain a record differently than
/// they judged it. Any thread.
class RecordDetails {
public:
    RecordDetails(ReaderPool& readers, ChunkCache& chunks, RuleBook& rules);

    query::Answer<query::SpanDetail> span(std::uint64_t sequence, const std::stop_token& stop);
    query::Answer<query::LogDetail> log(std::uint64_t sequence, const std::stop_token& stop);
    query::Answer<query::Explanation> explain(RecordId record, const std::stop_token& stop);

private:
    struct Found {
        std::shared_ptr<const Chunk> chunk;
        std::size_t index = 0;
        RecordParts parts;
        UnixTime arrival;
    };
    /// How one pipeline judged a record.
    struct Judgement {
        std::string pipeline;
        std::uint32_t revision = 0;
        RecordOutcome outcome;
        std::vector<std::string> rules; ///< Ids, in order.
    };
    using Diffs = std::pair<std::vector<query::AttributeChange>, std::vector<query::AttributeChange>>;

    query::Answer<Found> find(CaptureReader& reader, RecordId record);
    query::Answer<std::vector<Judgement>> judgements(CaptureReader& reader, RecordId record);
    std::vector<RuleTrace> ladder(CaptureReader& reader, const Found& found, const Judgement& judgement);
    query::Outcome outcomeOf(const std::vector<Judgement>& judgements) const;
    /// Changes of the record's and the resource's attributes; fills outcome.condition.
    Diffs diffs(CaptureReader& reader, const Found& found, const std::vector<Judgement>& judgements,
        query::Outcome& outcome);

    std::unique_ptr<Judge> borrowJudge(CaptureReader& reader, std::uint32_t revision);

    ReaderPool& m_readers;
    ChunkCache& m_chunks;
    RuleBook& m_rules;
    Guarded<std::map<std::uint32_t, std::vector<std::unique_ptr<Judge>>>>
        m_judges; ///< Free ones, by revision.
};

} // namespace sluice::search
