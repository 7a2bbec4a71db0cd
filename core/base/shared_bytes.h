#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sluice {

/// Immutable bytes that several owners read: a request body, a chunk, or a part of one.
///
/// Copies share the storage. Safe to read from any thread. `view()` lives as long as any copy does.
class SharedBytes {
public:
    SharedBytes() = default;

    /// Takes `bytes` over; nothing is copied.
    explicit SharedBytes(std::string bytes)
        : m_owner(std::make_shared<const std::string>(std::move(bytes)))
        , m_view(*std::static_pointer_cast<const std::string>(m_owner))
    {
    }

    /// A part of storage that `owner` keeps alive.
    SharedBytes(std::shared_ptr<const void> owner, std::string_view view)
        : m_owner(std::move(owner))
        , m_view(view)
    {
    }

    [[nodiscard]] std::string_view view() const { return m_view; }
    [[nodiscard]] std::size_t size() const { return m_view.size(); }
    [[nodiscard]] bool isEmpty() const { return m_view.empty(); }

    /// `[offset, offset + length)` of these bytes, sharing the storage. The range must lie inside.
    [[nodiscard]] SharedBytes slice(std::size_t offset, std::size_t length) const
    {
        return {m_owner, m_view.substr(offset, length)};
    }

private:
    std::shared_ptr<const void> m_owner;
    std::string_view m_view;
};

} // namespace sluice
