#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace sluice::ottl {

/// An IPv4 or IPv6 address. An IPv4 address in IPv6 clothes (::ffff:1.2.3.4) is an IPv4 address.
struct IpAddress {
    std::array<unsigned char, 16> bytes{};
    std::size_t size = 4; ///< 4 or 16 bytes.

    static std::optional<IpAddress> parse(std::string_view text);
    [[nodiscard]] std::string_view view() const
    {
        return {reinterpret_cast<const char*>(bytes.data()), size};
    }
};

/// "10.0.0.0/8"; bits behind the prefix do not matter.
struct IpNetwork {
    IpAddress address;
    unsigned prefix = 0; ///< Bits.

    static std::optional<IpNetwork> parse(std::string_view text);
    [[nodiscard]] bool contains(const IpAddress& other) const;
};

} // namespace sluice::ottl
