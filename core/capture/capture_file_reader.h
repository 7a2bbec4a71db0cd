#pragma once

#include "core/capture/capture_reader.h"
#include "core/capture/schema.h"
#include "core/capture/sqlite.h"
#include "core/capture/trace_index.h"

#include <array>

namespace sluice {

/// The reader that CaptureReader::open() gives.
class CaptureFileReader final : public CaptureReader {
public:
    static Result<std::unique_ptr<CaptureFileReader>, CaptureError> open(const std::string& path);

    Result<CaptureInfo, CaptureError> info() override;
    Result<std::vector<Chunk>, CaptureError> chunksAfter(
        Signal signal, std::int64_t afterId, std::size_t limit) override;
    Result<Chunk, CaptureError> chunk(std::int64_t id) override;
    Result<ChunkInfo, CaptureError> chunkOf(RecordId record) override;
    Result<std::int64_t, CaptureError> firstChunk(Signal signal) override;
    Result<std::vector<std::int64_t>, CaptureError> chunksOfTrace(
        Signal signal, const TraceId& trace) override;
    Result<std::vector<StoredRequest>, CaptureError> requests(
        std::uint64_t after, std::uint64_t upTo, std::size_t maxBytes, std::optional<Signal> signal) override;
    Result<std::vector<OutcomeRange>, CaptureError> outcomes(
        Signal signal, std::uint64_t first, std::uint64_t last) override;
    Result<std::int64_t, CaptureError> outcomesAfter(
        std::int64_t rowId, std::size_t limit, const std::function<void(const OutcomeRange&)>& each) override;
    Result<std::vector<ReleaseEntry>, CaptureError> releasesAfter(
        std::uint64_t sequence, std::size_t limit) override;
    Result<std::vector<StoredRevision>, CaptureError> revisions() override;
    Result<std::vector<DestinationPosition>, CaptureError> positions() override;
    Result<std::vector<DeadLetter>, CaptureError> deadLetters(const std::string& destination) override;
    Result<std::optional<std::string>, CaptureError> setting(const std::string& key) override;
    Result<std::vector<Problem>, CaptureError> verify(
        const std::function<void(double)>& progress, std::stop_token stop) override;

private:
    struct SignalStatements {
        sqlite::Statement after; ///< Rows with a greater id, without payload.
        sqlite::Statement at; ///< The row with this id, with payload.
        sqlite::Statement
            upTo; ///< Id, last record and last request of the row with this id or the one before.
        sqlite::Statement bounds; ///< Lowest and highest id.
    };
    /// Walks over the requests of one signal, chunk by chunk.
    struct Cursor {
        Signal signal = Signal::Traces;
        std::shared_ptr<const Chunk> chunk; ///< None: at the end.
        std::size_t at = 0; ///< Index into chunk->requests.
    };

    CaptureFileReader(sqlite::Database database, std::string path)
        : m_path(std::move(path))
        , m_database(std::move(database))
    {
    }
    Result<void, CaptureError> prepare();
    [[nodiscard]] CaptureError damaged(std::int64_t id) const;
    [[nodiscard]] CaptureError gone(const std::string& what) const;
    /// The first chunk whose last record (or request) is at least `number`; 0 when there is none.
    enum class By { Record, Request };
    Result<std::int64_t, CaptureError> firstChunkReaching(Signal signal, By by, std::uint64_t number);
    Result<Chunk, CaptureError> decodedRow(const sqlite::Statement& row, bool withPayload);
    Result<std::shared_ptr<const Chunk>, CaptureError> cachedChunk(std::int64_t id);
    Result<Cursor, CaptureError> cursorAt(Signal signal, std::uint64_t after);
    Result<void, CaptureError> advance(Cursor& cursor);

    std::string m_path;
    sqlite::Database m_database;
    std::array<SignalStatements, kSignalCount> m_signals;
    std::optional<TraceLookup> m_traces;
    std::array<std::shared_ptr<const Chunk>, kSignalCount>
        m_lastChunk; ///< For reading on where requests() stopped.
};

} // namespace sluice
