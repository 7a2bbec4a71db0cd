#pragma once

#include "core/base/guarded.h"
#include "core/capture/capture.h"
#include "core/capture/capture_reader.h"
#include "core/capture/committer.h"
#include "core/capture/hot_tail.h"
#include "core/capture/lock_file.h"
#include "core/capture/maintenance.h"
#include "core/capture/monitor.h"

#include <memory>
#include <optional>

namespace sluice {

/// The capture that Capture::open() gives.
class CaptureFile final : public Capture, private Committer::Listener {
public:
    CaptureFile(std::unique_ptr<ChunkStore> store, LockFile lock, const std::string& path,
        const CaptureOptions& options);
    ~CaptureFile() override;

    bool offer(NewRequest& request, const otlp::ScannedRequest& scan, CommitCallback& committed) override;
    Result<std::vector<StoredRequest>, CaptureError> requestsAfter(
        std::uint64_t sequence, std::size_t maxBytes, Nanos wait, std::stop_token stop) override;
    void record(Bookkeeping bookkeeping, CommitCallback done) override;
    [[nodiscard]] std::uint64_t judgedUpTo() const override;
    [[nodiscard]] std::uint64_t lastRelease() const override;
    [[nodiscard]] CommitNotice lastCommit() const override;
    void onCommitted(std::function<void(const CommitNotice&)> callback) override;
    Result<void, CaptureError> flush() override;
    Result<std::uint32_t, CaptureError> addRevision(
        std::string text, std::string note, UnixTime now) override;
    Result<void, CaptureError> markApplied(std::uint32_t revision, std::uint64_t afterRequest) override;
    Result<void, CaptureError> setSetting(std::string key, std::string value) override;
    Result<void, CaptureError> removeDestination(std::string name) override;
    void setRetentionFloor(std::uint64_t oldestNeededRequest) override;
    void setRetention(Retention retention) override;
    Result<void, CaptureError> keep() override;
    Result<void, CaptureError> saveAs(const std::string& path) override;
    [[nodiscard]] std::string path() const override { return m_path; }
    [[nodiscard]] CaptureInfo info() const override;
    [[nodiscard]] std::size_t pendingBytes() const override;
    [[nodiscard]] std::optional<CaptureError> trouble() const override;
    Result<void, CaptureError> close() override;

private:
    using Callbacks = std::vector<std::function<void(const CommitNotice&)>>;
    struct Published {
        HotTail hot;
        CommitNotice last;
        schema::Counters counters;
        std::optional<CaptureError> trouble;
        std::shared_ptr<const Callbacks> callbacks = std::make_shared<Callbacks>();
        bool isTemporary = false;
        bool isClosed = false;
    };

    void committed(std::vector<StoredRequest> requests, std::uint64_t rawBytes,
        const schema::Counters& counters) override;
    void announced() override;
    void failed(const CaptureError& error) override;
    Result<std::vector<StoredRequest>, CaptureError> requestsFromFile(
        std::uint64_t sequence, std::uint64_t last, std::size_t maxBytes);
    Result<void, CaptureError> copyTo(const std::string& path);

    std::string m_path;
    CaptureInfo m_opened; ///< What does not change while it is open.
    std::optional<LockFile> m_lock;
    Monitor<Published> m_published;
    Guarded<std::unique_ptr<CaptureReader>> m_reader; ///< For what is no longer hot.
    Committer m_committer;
    Maintenance m_maintenance;
};

} // namespace sluice
