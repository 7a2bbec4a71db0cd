#include "core/search/reader_pool.h"

#include "core/search/failure.h"

namespace sluice::search {

ReaderPool::ReaderPool(Open open)
    : m_open(std::move(open))
{
}

Result<ReaderPool::Lease, query::QueryError> ReaderPool::borrow()
{
    std::unique_ptr<CaptureReader> reader = m_free.with([](auto& free) -> std::unique_ptr<CaptureReader> {
        if (free.empty())
            return nullptr;
        auto last = std::move(free.back());
        free.pop_back();
        return last;
    });
    if (reader == nullptr) {
        auto opened = m_open();
        if (!opened)
            return fail(toQueryError(std::move(opened).error()));
        reader = *std::move(opened);
    }
    return Lease(*this, std::move(reader));
}

ReaderPool::Lease::Lease(ReaderPool& pool, std::unique_ptr<CaptureReader> reader)
    : m_pool(&pool)
    , m_reader(std::move(reader))
{
}

ReaderPool::Lease::~Lease()
{
    if (m_reader != nullptr)
        m_pool->m_free.with([this](auto& free) { free.push_back(std::move(m_reader)); });
}

} // namespace sluice::search
