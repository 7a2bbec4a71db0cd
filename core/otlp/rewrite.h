#pragma once

// Changing received bytes without decoding what stays: everything that is not named here is copied byte for
// byte, fields that we do not know included.

#include "core/otlp/scan.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::otlp {

/// What becomes of one field of a message.
struct Replacement {
    std::uint32_t field = 0;
    std::string_view
        encoded; ///< Whole fields, tags included, to stand there instead. Empty: the field goes away.
};

/// Appends `message` to `out` with the named fields replaced. The replacement stands where the field stood
/// first, at the end when it was not there; further occurrences go away. A malformed rest of the message is
/// copied as it is, behind all else.
///
/// New attributes: encodeAttribute() each into one string, and give that as the replacement of the attributes
/// field. Fields that are not in the schema may be named, too. `out` must not hold `message`. At most 64
/// replacements. No allocation but `out`'s.
void rewriteFields(std::string_view message, std::span<const Replacement> replacements, std::string& out);

/// Which parts of a scanned request to write, and with what in place of received parts. A default-constructed
/// view (data() is null) says "as received". Each span is empty ("all as received") or has an element for
/// each one of the request's.
struct RequestEdits {
    std::span<const std::uint8_t> keep; ///< By record: 0 leaves it out. Empty: all stay.
    std::span<const std::string_view> records; ///< By record: the message in place of RecordView::message.
    std::span<const std::string_view>
        metrics; ///< By metric: the Metric message, whose data points are ignored.
    std::span<const std::string_view>
        resources; ///< By resource: the Resource message in place of ResourceView::resource.
    std::span<const std::string_view> scopes; ///< By scope: the InstrumentationScope message.
    bool keepsEmpty = false; ///< Resources and scopes without a record to write are written nevertheless.
};

/// Appends an export request made of what `request` holds, edited. Order is kept. Envelopes (resources,
/// scopes, metrics) that lose their last record are left out; those that had none to begin with are, too,
/// unless `keepsEmpty` (metrics go in any case).
/// Cost: one copy of what stays; no decoding of records.
void writeRequest(const ScannedRequest& request, const RequestEdits& edits, std::string& out);

} // namespace sluice::otlp
