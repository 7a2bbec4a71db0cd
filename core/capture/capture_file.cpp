#include "core/capture/capture_file.h"

#include <unistd.h>

#include <filesystem>

namespace sluice {

using schema::Counter;
using schema::SignalCounter;

namespace {

constexpr int kBackupPagesPerStep = 64; ///< 2 MiB between two commits.

CommitNotice noticeOf(const schema::Counters& counters)
{
    CommitNotice notice;
    notice.lastRequest = counters[Counter::LastRequest];
    for (const Signal signal : kSignals)
        notice.lastRecord[indexOf(signal)] = counters.of(signal, SignalCounter::Records);
    return notice;
}

} // namespace

Result<std::unique_ptr<Capture>, CaptureError> Capture::open(const std::string& path, CaptureOptions options)
{
    // Before anything is made beside it: a file that is not ours must not even get a lock file.
    if (auto known = schema::check(path, true); !known && known.error().kind != CaptureFailure::NotFound)
        return fail(std::move(known).error());
    SLUICE_TRY_AS(LockFile lock, LockFile::acquire(path));
    SLUICE_TRY_AS(auto store, ChunkStore::open(path, options, SystemClock().now()));
    return std::make_unique<CaptureFile>(std::move(store), std::move(lock), path, options);
}

CaptureFile::CaptureFile(
    std::unique_ptr<ChunkStore> store, LockFile lock, const std::string& path, const CaptureOptions& options)
    : m_path(path)
    , m_opened(store->info())
    , m_lock(std::move(lock))
    , m_published([&] {
        Published published;
        published.hot = HotTail(options.hotTailBytes);
        published.counters = store->counters();
        published.last = noticeOf(published.counters);
        published.isTemporary = m_opened.temporary;
        return published;
    }())
    , m_committer(std::move(store), options, *this)
    , m_maintenance(m_committer, path, options.retention)
{
}

CaptureFile::~CaptureFile()
{
    std::ignore = close();
}

bool CaptureFile::offer(NewRequest& request, const otlp::ScannedRequest& scan, CommitCallback& committed)
{
    return m_committer.offer(request, scan, committed);
}

Result<std::vector<StoredRequest>, CaptureError> CaptureFile::requestsAfter(
    std::uint64_t sequence, std::size_t maxBytes, Nanos wait, std::stop_token stop)
{
    const std::stop_callback wakeUp(stop, [this] { m_published.wake(); });
    std::uint64_t last = 0;
    const std::vector<HotTail::Group> groups = m_published.waitAtMost(
        wait,
        [&](const Published& now) {
            return now.last.lastRequest > sequence || now.isClosed || stop.stop_requested();
        },
        [&](const Published& now) {
            last = now.last.lastRequest;
            return now.hot.groupsAfter(sequence, maxBytes);
        });
    if (last <= sequence)
        return std::vector<StoredRequest>();
    if (!groups.empty())
        return HotTail::requestsAfter(groups, sequence, maxBytes);
    return requestsFromFile(sequence, last, maxBytes);
}

Result<std::vector<StoredRequest>, CaptureError> CaptureFile::requestsFromFile(
    std::uint64_t sequence, std::uint64_t last, std::size_t maxBytes)
{
    return m_reader.with(
        [&](std::unique_ptr<CaptureReader>& reader) -> Result<std::vector<StoredRequest>, CaptureError> {
            if (!reader) {
                SLUICE_TRY_AS(reader, CaptureReader::open(m_path));
            }
            return reader->requests(sequence, last, maxBytes, std::nullopt);
        });
}

void CaptureFile::record(Bookkeeping bookkeeping, CommitCallback done)
{
    m_committer.record(std::move(bookkeeping), std::move(done));
}

std::uint64_t CaptureFile::judgedUpTo() const
{
    return m_published.with([](const Published& now) { return now.counters[Counter::JudgedUpTo]; });
}

std::uint64_t CaptureFile::lastRelease() const
{
    return m_published.with([](const Published& now) { return now.counters[Counter::LastRelease]; });
}

CommitNotice CaptureFile::lastCommit() const
{
    return m_published.with([](const Published& now) { return now.last; });
}

void CaptureFile::onCommitted(std::function<void(const CommitNotice&)> callback)
{
    m_published.with([&](Published& now) {
        auto callbacks = std::make_shared<Callbacks>(*now.callbacks);
        callbacks->push_back(std::move(callback));
        now.callbacks = std::move(callbacks);
    });
}

Result<void, CaptureError> CaptureFile::flush()
{
    return m_committer.flush();
}

Result<std::uint32_t, CaptureError> CaptureFile::addRevision(std::string text, std::string note, UnixTime now)
{
    return m_committer.onStore<std::uint32_t>(
        [&](ChunkStore& store) { return store.addRevision(text, note, now); });
}

Result<void, CaptureError> CaptureFile::markApplied(std::uint32_t revision, std::uint64_t afterRequest)
{
    return m_committer.onStore<void>(
        [&](ChunkStore& store) { return store.markApplied(revision, afterRequest); });
}

Result<void, CaptureError> CaptureFile::setSetting(std::string key, std::string value)
{
    return m_committer.onStore<void>([&](ChunkStore& store) { return store.setSetting(key, value); });
}

Result<void, CaptureError> CaptureFile::removeDestination(std::string name)
{
    return m_committer.onStore<void>([&](ChunkStore& store) { return store.removeDestination(name); });
}

void CaptureFile::setRetentionFloor(std::uint64_t oldestNeededRequest)
{
    m_committer.post(
        [oldestNeededRequest](ChunkStore& store) { store.setRetentionFloor(oldestNeededRequest); });
}

void CaptureFile::setRetention(Retention retention)
{
    m_committer.post([retention](ChunkStore& store) { store.setRetention(retention); });
    m_maintenance.setRetention(retention);
}

Result<void, CaptureError> CaptureFile::keep()
{
    SLUICE_TRY(m_committer.onStore<void>([](ChunkStore& store) { return store.clearTemporary(); }));
    m_published.with([](Published& now) { now.isTemporary = false; });
    return {};
}

Result<void, CaptureError> CaptureFile::saveAs(const std::string& path)
{
    std::error_code error;
    if (std::filesystem::equivalent(path, m_path, error))
        return keep();
    // An existing file is replaced only when it is a capture that nobody writes.
    if (auto known = schema::check(path, false); !known && known.error().kind != CaptureFailure::NotFound)
        return fail(std::move(known).error());
    SLUICE_TRY_AS(const LockFile lock, LockFile::acquire(path));
    const std::string draft = path + ".saving";
    std::filesystem::remove(draft, error);
    if (auto copied = copyTo(draft); !copied) {
        std::filesystem::remove(draft, error);
        return copied;
    }
    for (const char* side : {"-wal", "-shm", "-journal"})
        std::filesystem::remove(path + side, error); // Of the file that is replaced.
    std::filesystem::rename(draft, path, error);
    if (error)
        return fail(CaptureError{CaptureFailure::Other, path + ": cannot be written: " + error.message()});
    return keep();
}

Result<void, CaptureError> CaptureFile::copyTo(const std::string& path)
{
    SLUICE_TRY_AS(sqlite::Database target, sqlite::Database::open(path, sqlite::Access::Create));
    {
        std::optional<sqlite::Backup> backup;
        SLUICE_TRY(m_committer.onStore<void>([&](ChunkStore& store) -> Result<void, CaptureError> {
            SLUICE_TRY_AS(backup, sqlite::Backup::start(store.database(), target));
            return {};
        }));
        // The committer's own writes between two steps go into the copy as well.
        Result<bool, CaptureError> done = false;
        while (done && !*done) {
            done = m_committer.onStore<bool>([&](ChunkStore&) { return backup->step(kBackupPagesPerStep); });
        }
        const auto ended = m_committer.onStore<void>([&](ChunkStore&) -> Result<void, CaptureError> {
            backup.reset();
            return {};
        });
        if (!done)
            return fail(std::move(done).error());
        SLUICE_TRY(ended);
    }
    SLUICE_TRY(target.run("PRAGMA journal_mode=DELETE"));
    return target.run("UPDATE meta SET value=0 WHERE key='temporary'");
}

CaptureInfo CaptureFile::info() const
{
    CaptureInfo info = m_opened;
    m_published.with([&](const Published& now) {
        schema::fillInfo(now.counters, info);
        info.temporary = now.isTemporary;
    });
    std::error_code error;
    if (const auto bytes = std::filesystem::file_size(m_path, error); !error)
        info.fileBytes = bytes;
    return info;
}

std::size_t CaptureFile::pendingBytes() const
{
    return m_committer.pendingBytes();
}

std::optional<CaptureError> CaptureFile::trouble() const
{
    return m_published.with([](const Published& now) { return now.trouble; });
}

void CaptureFile::committed(
    std::vector<StoredRequest> requests, std::uint64_t rawBytes, const schema::Counters& counters)
{
    m_published.with([&](Published& now) {
        now.hot.add(std::move(requests), rawBytes);
        now.counters = counters;
        now.last = noticeOf(counters);
        now.trouble.reset();
    });
    m_published.notify();
}

void CaptureFile::announced()
{
    CommitNotice notice;
    const std::shared_ptr<const Callbacks> callbacks = m_published.with([&](const Published& now) {
        notice = now.last;
        return now.callbacks;
    });
    for (const auto& callback : *callbacks)
        callback(notice);
    m_maintenance.look();
}

void CaptureFile::failed(const CaptureError& error)
{
    m_published.with([&](Published& now) { now.trouble = error; });
}

Result<void, CaptureError> CaptureFile::close()
{
    if (!m_lock)
        return {};
    m_maintenance.stop();
    m_committer.close();
    bool isTemporary = false;
    m_published.with([&](Published& now) {
        now.isClosed = true;
        isTemporary = now.isTemporary;
    });
    m_published.notify();
    m_reader.with([](auto& reader) { reader.reset(); });
    Result<void, CaptureError> result = m_committer.store().finish();
    if (isTemporary) {
        std::error_code error;
        for (const char* side : {"", "-wal", "-shm"})
            std::filesystem::remove(m_path + side, error);
    }
    m_lock.reset();
    return result;
}

} // namespace sluice
