#pragma once

#include "core/base/arena.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/ottl/error.h"
#include "core/ottl/value.h"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace sluice::ottl {

struct Item;
class PatternCache;
class Regex;

/// One evaluation at work: the record that it is about, memory for what comes into being, and the time.
/// One thread. Values that it gives live as long as the arena.
class Evaluation {
public:
    /// `now` is virtual time: the arrival of the request, or when a query was asked. `seed` makes random
    /// functions give the same again for the same records. `localZone` may be null for UTC.
    Evaluation(Arena& arena, UnixTime now, std::uint64_t seed = 0, const Zone* localZone = nullptr);
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;
    ~Evaluation();

    [[nodiscard]] Arena& arena() const { return *m_arena; }
    [[nodiscard]] UnixTime now() const { return m_now; }
    [[nodiscard]] const Zone* localZone() const { return m_localZone; }
    [[nodiscard]] std::uint64_t nextRandom();

    [[nodiscard]] const Item& item() const { return *m_item; }
    /// From now on it is about this item, which the caller keeps: with an empty cache and without changes.
    void begin(const Item& item)
    {
        m_item = &item;
        m_cache = nullptr;
        m_changes = 0;
    }

    /// The scratch map of the item.
    [[nodiscard]] AttributeList& cache();

    /// What was changed since begin(): bits as of setOf(Context). An event or exemplar is part of its record.
    [[nodiscard]] std::uint16_t changes() const { return m_changes; }
    void noteChange(std::uint16_t contexts) { m_changes = static_cast<std::uint16_t>(m_changes | contexts); }

    /// Whether several attributes of each record are asked for, so that it pays to read them all at once.
    [[nodiscard]] bool readsLists() const { return m_readsLists; }
    void setReadsLists(bool readsLists) { m_readsLists = readsLists; }

    /// The compiled pattern, kept for the next time.
    Result<const Regex*, Error> pattern(std::string_view pattern, bool isGlob);

    /// The parts joined, in the arena.
    [[nodiscard]] std::string_view text(std::initializer_list<std::string_view> parts) const;
    /// The failing return, with the parts joined: `return evaluation.error({"no zone called ", name});`
    [[nodiscard]] tl::unexpected<Error> error(std::initializer_list<std::string_view> parts) const
    {
        return fail(Error{text(parts)});
    }

private:
    Arena* m_arena;
    UnixTime m_now;
    std::uint64_t m_random;
    const Zone* m_localZone;
    const Item* m_item = nullptr;
    AttributeList* m_cache = nullptr;
    std::unique_ptr<PatternCache> m_patterns;
    std::uint16_t m_changes = 0;
    bool m_readsLists = true;
};

} // namespace sluice::ottl
