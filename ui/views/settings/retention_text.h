#pragma once

// The limits of the capture as they are typed: "4 GB", "24 h".

#include "core/base/time.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace sluice::ui {

/// "4 GB", "500 MB", "1.5 GiB"; empty is 0, no limit. Nothing when it cannot be read.
std::optional<std::uint64_t> sizeFromText(const QString& text);
QString sizeToText(std::uint64_t bytes);

/// "24 h", "7 d", "30 min"; empty is 0, no limit. Nothing when it cannot be read.
std::optional<Nanos> ageFromText(const QString& text);
QString ageToText(Nanos age);

} // namespace sluice::ui
