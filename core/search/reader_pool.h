#pragma once

#include "core/base/guarded.h"
#include "core/base/result.h"
#include "core/capture/capture_reader.h"
#include "core/query/query_types.h"

#include <functional>
#include <memory>
#include <vector>

namespace sluice::search {

/// Read-only connections, lent to one thread at a time and kept for the next. Any thread.
class ReaderPool {
public:
    using Open = std::function<Result<std::unique_ptr<CaptureReader>, CaptureError>()>;

    explicit ReaderPool(Open open);

    /// Goes back to the pool at its end. Must not outlive the pool.
    class Lease {
    public:
        Lease(ReaderPool& pool, std::unique_ptr<CaptureReader> reader);
        ~Lease();
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;

        CaptureReader& operator*() const { return *m_reader; }
        CaptureReader* operator->() const { return m_reader.get(); }

    private:
        ReaderPool* m_pool;
        std::unique_ptr<CaptureReader> m_reader;
    };

    /// A free connection, or a new one.
    Result<Lease, query::QueryError> borrow();

private:
    Open m_open;
    Guarded<std::vector<std::unique_ptr<CaptureReader>>> m_free;
};

} // namespace sluice::search
