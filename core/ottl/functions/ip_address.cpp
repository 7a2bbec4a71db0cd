#include "core/ottl/functions/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace sluice::ottl {

namespace {

/// As written: 4 bytes with dots, 16 with colons.
std::optional<IpAddress> parseAsWritten(std::string_view text)
{
    if (text.empty() || text.size() > INET6_ADDRSTRLEN)
        return std::nullopt;
    const std::string ending(text);
    IpAddress address;
    if (inet_pton(AF_INET, ending.c_str(), address.bytes.data()) == 1)
        return address;
    address.size = 16;
    if (inet_pton(AF_INET6, ending.c_str(), address.bytes.data()) == 1)
        return address;
    return std::nullopt;
}

bool isMapped(const IpAddress& address)
{
    constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    return address.size == 16 && std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin());
}

IpAddress unmapped(const IpAddress& address)
{
    if (!isMapped(address))
        return address;
    IpAddress result;
    std::copy(address.bytes.begin() + 12, address.bytes.end(), result.bytes.begin());
    return result;
}

} // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    const auto address = parseAsWritten(text);
    return address ? std::optional(unmapped(*address)) : std::nullopt;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return std::nullopt;
    const auto address = parseAsWritten(text.substr(0, slash));
    const std::string_view bits = text.substr(slash + 1);
    unsigned prefix = 0;
    const auto [end, problem] = std::from_chars(bits.data(), bits.data() + bits.size(), prefix);
    if (!address || problem != std::errc() || end != bits.data() + bits.size() || prefix > address->size * 8)
        return std::nullopt;
    return IpNetwork{*address, prefix};
}

bool IpNetwork::contains(const IpAddress& other) const
{
    // A network in IPv6 clothes is asked as the IPv4 network inside.
    const bool isInside = isMapped(address) && prefix >= 96;
    const IpAddress network = isInside ? unmapped(address) : address;
    const unsigned bits = isInside ? prefix - 96 : prefix;
    if (network.size != other.size)
        return false;
    for (std::size_t i = 0; i < network.size; ++i) {
        const unsigned left = bits > i * 8 ? std::min(8U, bits - static_cast<unsigned>(i) * 8) : 0;
        const unsigned mask = 0xFF00U >> left & 0xFFU;
        if (((network.bytes[i] ^ other.bytes[i]) & mask) != 0)
            return false;
    }
    return true;
}

} // namespace sluice::ottl
