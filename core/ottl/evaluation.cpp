#include "core/ottl/evaluation.h"

#include <cstring>

namespace sluice::ottl {

std::uint64_t Evaluation::nextRandom()
{
    // SplitMix64: any seed will do, and it cannot get stuck.
    m_random += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = m_random;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
}

AttributeList& Evaluation::cache()
{
    if (m_cache == nullptr)
        m_cache = AttributeList::read({}, 1, *m_arena);
    return *m_cache;
}

std::string_view Evaluation::text(std::initializer_list<std::string_view> parts) const
{
    std::size_t size = 0;
    for (const std::string_view part : parts)
        size += part.size();
    char* text = m_arena->allocate<char>(size);
    std::size_t at = 0;
    for (const std::string_view part : parts) {
        if (!part.empty())
            std::memcpy(text + at, part.data(), part.size());
        at += part.size();
    }
    return {text, size};
}

} // namespace sluice::ottl
