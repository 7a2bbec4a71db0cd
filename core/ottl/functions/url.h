#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::ottl {

/// A URL taken apart, and put together again, as Go's net/url does both.
struct Url {
    std::string scheme; ///< Lower case.
    std::string opaque; ///< What follows a scheme without a slash.
    std::optional<std::string> username;
    std::optional<std::string> password;
    std::string host; ///< With port.
    std::string path; ///< Decoded.
    std::string rawPath; ///< As given, when that is not how we would write it.
    std::string query; ///< As given.
    bool hasEmptyQuery = false;
    bool omitsHost = false;
    std::string fragment; ///< Decoded.
    std::string rawFragment;

    static Result<Url, std::string> parse(std::string_view text);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string userInfo() const;
    [[nodiscard]] std::string hostName() const; ///< Without port and brackets.
    [[nodiscard]] std::string port() const; ///< Digits, or "".

    /// The parameters of a query in their order.
    static Result<std::vector<std::pair<std::string, std::string>>, std::string> parseQuery(
        std::string_view query);
};

} // namespace sluice::ottl
