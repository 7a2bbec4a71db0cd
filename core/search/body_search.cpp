#include "core/search/body_search.h"

#include "core/otlp/attributes.h"
#include "core/search/failure.h"
#include "core/search/record_fields.h"
#include "core/search/text.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"

#include <algorithm>

namespace sluice::search {
namespace {

bool bodyHolds(std::string_view logRecord, const TextFinder& finder)
{
    for (wire::Reader field(logRecord); field.next();) {
        if (field.tag() != wire::tagOf(wire::LogRecordField::kBody, wire::WireType::Length))
            continue;
        if (const auto text = otlp::stringOf(field.bytes()))
            return finder.isIn(*text);
        return finder.isIn(bodyOf(logRecord));
    }
    return finder.findsEverything();
}

} // namespace

BodySearch::BodySearch(ChunkCache& chunks)
    : m_chunks(chunks)
{
}

query::Answer<BodySearch::Matches> BodySearch::matches(
    CaptureReader& reader, const std::string& text, std::int64_t chunkId, bool isScan)
{
    Matches known = m_answers.with([&](auto& answers) -> Matches {
        const auto it = std::ranges::find(answers, text, &Answers::text);
        if (it == answers.end()) {
            answers.push_front({text, {}});
            if (answers.size() > kTexts)
                answers.pop_back();
            return nullptr;
        }
        answers.splice(answers.begin(), answers, it);
        const auto match = answers.front().byChunk.find(chunkId);
        return match == answers.front().byChunk.end() ? nullptr : match->second;
    });
    if (known != nullptr)
        return known;

    std::shared_ptr<const Chunk> chunk;
    if (isScan) {
        auto read = reader.chunk(chunkId);
        if (read)
            chunk = std::make_shared<const Chunk>(*std::move(read));
        else if (read.error().kind != CaptureFailure::NotFound)
            return fail(toQueryError(std::move(read).error()));
    } else {
        auto read = m_chunks.get(reader, chunkId);
        if (read)
            chunk = *std::move(read);
        else if (read.error().kind != query::QueryFailure::NotFound)
            return fail(std::move(read).error());
    }
    const TextFinder finder(text);
    std::vector<std::uint8_t> found(chunk == nullptr ? 0 : chunk->columns.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        found[i] = bodyHolds(messageOf(*chunk, i), finder) ? 1 : 0;
    Matches matches = std::make_shared<const std::vector<std::uint8_t>>(std::move(found));
    m_answers.with([&](auto& answers) {
        const auto it = std::ranges::find(answers, text, &Answers::text);
        if (it != answers.end())
            it->byChunk.emplace(chunkId, matches);
    });
    return matches;
}

} // namespace sluice::search
