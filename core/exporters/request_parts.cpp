#include "core/exporters/request_parts.h"

#include "core/wire/reader.h"

#include <algorithm>

namespace sluice {
namespace {

using wire::Reader;
using wire::WireType;

bool isMessage(const Reader& reader, std::uint32_t number)
{
    return reader.number() == number && reader.is(WireType::Length);
}

std::uint64_t pointsOf(std::string_view metric)
{
    std::uint64_t points = 0;
    for (Reader fields(metric); fields.next();) {
        const std::uint32_t number = fields.number();
        const bool isData = number == 5 || number == 7 || (number >= 9 && number <= 11);
        if (!isData || !fields.is(WireType::Length))
            continue;
        for (Reader data(fields.bytes()); data.next();)
            points += isMessage(data, 1) ? 1 : 0; // data_points is field 1 of all five.
    }
    return std::max<std::uint64_t>(points, 1);
}

} // namespace

std::uint64_t countRecords(Signal signal, std::string_view request)
{
    std::uint64_t records = 0;
    for (Reader resources(request); resources.next();) {
        if (!isMessage(resources, 1))
            continue;
        for (Reader scopes(resources.bytes()); scopes.next();) {
            if (!isMessage(scopes, 2))
                continue;
            for (Reader items(scopes.bytes()); items.next();) {
                if (isMessage(items, 2))
                    records += signal == Signal::Metrics ? pointsOf(items.bytes()) : 1;
            }
        }
    }
    return records;
}

std::vector<SharedBytes> halvesOf(const SharedBytes& request)
{
    const std::string_view bytes = request.view();
    std::size_t cut = 0;
    for (Reader elements(bytes); elements.next();) {
        const auto end = static_cast<std::size_t>(elements.position() - bytes.data());
        if (end == bytes.size())
            break;
        cut = end;
        if (cut * 2 >= bytes.size())
            break;
    }
    if (cut == 0)
        return {request};
    return {request.slice(0, cut), request.slice(cut, bytes.size() - cut)};
}

} // namespace sluice
