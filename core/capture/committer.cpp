#include "core/capture/committer.h"

#include <algorithm>
#include <tuple>

namespace sluice {

namespace {

constexpr std::size_t kSpareBuffers = 16;
constexpr std::size_t kSpareChunks = 16;
constexpr Nanos kRetryAfter = std::chrono::seconds(1);

constexpr Nanos kWaitForLog = std::chrono::seconds(2);

/// Worth trying again with a later commit.
bool mayPass(CaptureFailure kind)
{
    return kind == CaptureFailure::Full || kind == CaptureFailure::Busy || kind == CaptureFailure::ReadOnly;
}

} // namespace

Committer::Committer(std::unique_ptr<ChunkStore> store, const CaptureOptions& options, Listener& listener)
    : m_maxPendingBytes(options.maxPendingBytes)
    , m_buffers(BufferPool::create(options.chunkBytes, kSpareBuffers))
    , m_store(std::move(store))
    , m_listener(listener)
{
    m_store->database().reportLogPages(*this);
    m_thread = std::jthread([this] { run(); });
}

bool Committer::offer(NewRequest& request, const otlp::ScannedRequest& scan, CommitCallback& committed)
{
    const bool taken = m_intake.with([&](Intake& intake) {
        const std::size_t bytes = request.body.size();
        if (intake.isClosing || (intake.pendingBytes > 0 && intake.pendingBytes + bytes > m_maxPendingBytes))
            return false;
        CommitGroup& group = *intake.open;
        ChunkBuilder& chunk = chunkFor(intake, request.signal, bytes);
        chunk.append(request, scan, static_cast<std::uint32_t>(group.requests.size()));
        StoredRequest& stored = group.requests.emplace_back();
        stored.signal = request.signal;
        stored.recordCount = static_cast<std::uint32_t>(scan.records.size());
        stored.arrival = request.arrival;
        stored.context = std::move(request.context);
        group.chunkOfRequest.push_back(intake.openChunkIndex[indexOf(request.signal)]);
        group.bytesOfRequest.push_back(static_cast<std::uint32_t>(bytes));
        group.callbacks.push_back(std::move(committed));
        group.rawBytes += bytes;
        intake.pendingBytes += bytes;
        return true;
    });
    if (taken)
        m_intake.notify();
    return taken;
}

ChunkBuilder& Committer::chunkFor(Intake& intake, Signal signal, std::size_t bytes)
{
    ChunkBuilder*& open = intake.openChunk[indexOf(signal)];
    if (open != nullptr && open->hasRoomFor(bytes))
        return *open;
    std::unique_ptr<ChunkBuilder> chunk;
    if (intake.spareChunks.empty()) {
        chunk = std::make_unique<ChunkBuilder>(signal);
    } else {
        chunk = std::move(intake.spareChunks.back());
        intake.spareChunks.pop_back();
    }
    chunk->begin(signal, m_buffers->take(bytes));
    open = chunk.get();
    intake.openChunkIndex[indexOf(signal)] = static_cast<std::uint32_t>(intake.open->chunks.size());
    intake.open->chunks.push_back(std::move(chunk));
    return *open;
}

void Committer::record(Bookkeeping bookkeeping, CommitCallback done)
{
    const bool taken = m_intake.with([&](Intake& intake) {
        if (intake.isClosing)
            return false;
        intake.bookkeeping.push_back({std::move(bookkeeping), std::move(done)});
        return true;
    });
    if (taken)
        m_intake.notify();
    else if (done)
        done(fail(CaptureError{CaptureFailure::Other, "the capture is closed"}));
}

bool Committer::addJob(Job job)
{
    const bool taken = m_intake.with([&](Intake& intake) {
        if (intake.isClosing)
            return false;
        intake.jobs.push_back(std::move(job));
        return true;
    });
    if (taken)
        m_intake.notify();
    return taken;
}

Result<void, CaptureError> Committer::flush()
{
    const std::uint64_t target
        = m_intake.with([](const Intake& intake) { return intake.taken + (intake.hasWork() ? 1U : 0U); });
    m_intake.waitThen(
        [&](const Intake& intake) { return intake.done >= target || intake.isClosing; }, [](Intake&) {});
    return {};
}

std::size_t Committer::pendingBytes() const
{
    return m_intake.with([](const Intake& intake) { return intake.pendingBytes; });
}

Committer::Work Committer::takeWork()
{
    const auto take = [](Intake& intake) {
        Work work;
        work.group = std::exchange(intake.open, std::move(intake.spareGroup));
        if (!intake.open)
            intake.open = std::make_unique<CommitGroup>();
        intake.openChunk = {};
        work.bookkeeping.swap(intake.bookkeeping);
        work.jobs.swap(intake.jobs);
        work.isLast = intake.isClosing;
        ++intake.taken;
        return work;
    };
    const auto ready = [](const Intake& intake) { return intake.hasWork(); };
    if (m_waiting.empty())
        return m_intake.waitThen(ready, take);
    return m_intake.waitAtMost(kRetryAfter, ready, take);
}

void Committer::run()
{
    for (bool isLast = false; !isLast;) {
        Work work = takeWork();
        isLast = work.isLast;
        passGate();
        commit(work);
        for (Job& job : work.jobs)
            job(*m_store);
        m_gate.with([](Gate& gate) { gate.isCommitting = false; });
        m_gate.notify();
        const std::uint64_t bytes = work.group->rawBytes;
        recycle(std::move(work.group));
        m_intake.with([&](Intake& intake) {
            intake.pendingBytes -= bytes;
            ++intake.done;
        });
        m_intake.notify();
    }
    for (PendingBookkeeping& entry : m_waiting) {
        if (entry.done)
            entry.done(
                fail(CaptureError{CaptureFailure::Full, "the capture was closed before there was space"}));
    }
    m_waiting.clear();
}

void Committer::passGate()
{
    // Senders feel this as back-pressure. A log that cannot be written back (a reader holds it) must not stop
    // us.
    m_gate.waitAtMost(
        kWaitForLog, [&](const Gate& gate) { return logPages() <= gate.maxLogPages; }, [](Gate&) {});
    m_gate.waitThen(
        [](const Gate& gate) { return !gate.isPaused; }, [](Gate& gate) { gate.isCommitting = true; });
}

void Committer::refuseImpossible(std::vector<PendingBookkeeping>& bookkeeping)
{
    std::uint64_t lastRelease = m_store->counters()[schema::Counter::LastRelease];
    const auto refused = [&](PendingBookkeeping& entry) {
        auto objection = m_store->objectionTo(entry.entry, lastRelease);
        if (!objection) {
            lastRelease += entry.entry.releases.size();
            return false;
        }
        if (entry.done)
            entry.done(fail(std::move(*objection)));
        return true;
    };
    std::erase_if(bookkeeping, refused);
}

void Committer::commit(Work& work)
{
    std::move(work.bookkeeping.begin(), work.bookkeeping.end(), std::back_inserter(m_waiting));
    refuseImpossible(m_waiting);
    if (work.group->isEmpty() && m_waiting.empty())
        return;
    std::vector<const Bookkeeping*> bookkeeping;
    for (const PendingBookkeeping& entry : m_waiting)
        bookkeeping.push_back(&entry.entry);

    m_begun.fetch_add(1, std::memory_order_acq_rel);
    const Result<void, CaptureError> result = m_store->write(*work.group, bookkeeping);
    m_finished.fetch_add(1, std::memory_order_acq_rel);
    if (result)
        publish(*work.group);
    else
        m_listener.failed(result.error());
    answerAll(*work.group, result);
    if (result || !mayPass(result.error().kind)) {
        std::vector<PendingBookkeeping> answered = std::exchange(m_waiting, {});
        for (PendingBookkeeping& entry : answered) {
            if (entry.done)
                entry.done(result);
        }
    }
    if (result)
        m_listener.announced();
}

void Committer::publish(CommitGroup& group)
{
    std::vector<SharedBytes> payloads;
    for (const auto& chunk : group.chunks) {
        std::shared_ptr<PayloadBuffer> buffer = chunk->releasePayload();
        const std::string_view view = buffer->view();
        // A buffer that is mostly empty is worth more in the pool.
        if (view.size() < buffer->capacity / 2)
            payloads.emplace_back(std::string(view));
        else
            payloads.emplace_back(std::move(buffer), view);
    }
    std::vector<std::size_t> offsets(payloads.size());
    for (std::size_t i = 0; i < group.requests.size(); ++i) {
        const std::uint32_t chunk = group.chunkOfRequest[i];
        const std::uint32_t bytes = group.bytesOfRequest[i];
        group.requests[i].body = payloads[chunk].slice(offsets[chunk], bytes);
        offsets[chunk] += bytes;
    }
    m_listener.committed(std::exchange(group.requests, {}), group.rawBytes, m_store->counters());
}

void Committer::answerAll(CommitGroup& group, const Result<void, CaptureError>& result)
{
    for (CommitCallback& callback : group.callbacks) {
        if (callback)
            callback(result);
    }
}

void Committer::recycle(std::unique_ptr<CommitGroup> group)
{
    std::vector<std::unique_ptr<ChunkBuilder>> chunks = std::exchange(group->chunks, {});
    for (const auto& chunk : chunks)
        std::ignore = chunk->releasePayload();
    group->clear();
    m_intake.with([&](Intake& intake) {
        for (auto& chunk : chunks) {
            if (intake.spareChunks.size() < kSpareChunks)
                intake.spareChunks.push_back(std::move(chunk));
        }
        intake.spareGroup = std::move(group);
    });
}

void Committer::close()
{
    m_intake.with([](Intake& intake) { intake.isClosing = true; });
    m_intake.notify();
    if (m_thread.joinable())
        m_thread.join();
}

} // namespace sluice
