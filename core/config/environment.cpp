#include "core/config/environment.h"

#include <cstdlib>

namespace sluice {
namespace {

bool isVariableName(std::string_view name)
{
    const auto isLetter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (name.empty() || !isLetter(name.front()))
        return false;
    for (const char c : name) {
        if (!isLetter(c) && (c < '0' || c > '9'))
            return false;
    }
    return true;
}

Result<std::string, EnvironmentError> resolve(std::string_view reference, const Environment& environment)
{
    std::optional<std::string> fallback;
    if (reference.starts_with("env:"))
        reference.remove_prefix(4);
    if (const std::size_t at = reference.find(":-"); at != std::string_view::npos) {
        fallback = std::string(reference.substr(at + 2));
        reference = reference.substr(0, at);
    }
    std::string name(reference);
    if (!isVariableName(name))
        return fail(EnvironmentError{
            {}, "\"${" + name + "}\" does not name an environment variable; write ${env:NAME}"});
    if (auto value = environment(name))
        return *std::move(value);
    if (fallback)
        return *std::move(fallback);
    return fail(EnvironmentError{name, "the environment variable " + name + " is not set"});
}

} // namespace

Environment processEnvironment()
{
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): never changed by us.
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

Result<std::string, EnvironmentError> expandEnvironment(std::string_view text, const Environment& environment)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t dollar = text.find('$');
        out += text.substr(0, dollar);
        if (dollar == std::string_view::npos)
            break;
        text.remove_prefix(dollar);
        if (text.starts_with("$$")) {
            out += '$';
            text.remove_prefix(2);
            continue;
        }
        const std::size_t end = text.find('}');
        if (!text.starts_with("${") || end == std::string_view::npos) {
            out += '$';
            text.remove_prefix(1);
            continue;
        }
        SLUICE_TRY_AS(const std::string value, resolve(text.substr(2, end - 2), environment));
        out += value;
        text.remove_prefix(end + 1);
    }
    return out;
}

} // namespace sluice
