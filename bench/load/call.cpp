#include "bench/load/call.h"

#include "core/wire/reader.h"

namespace sluice::bench {

std::uint64_t rejectedRecords(std::string_view response)
{
    for (wire::Reader reader(response); reader.next();) {
        if (reader.number() != 1 || !reader.is(wire::WireType::Length))
            continue;
        for (wire::Reader partial(reader.bytes()); partial.next();) {
            if (partial.number() == 1 && partial.is(wire::WireType::Varint))
                return partial.scalar();
        }
    }
    return 0;
}

} // namespace sluice::bench
