#pragma once

#include "core/base/guarded.h"
#include "core/capture/capture_reader.h"
#include "core/pipeline/revision.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sluice::search {

/// The revisions of a capture, parsed once. Says which rule an outcome's number means. Any thread.
class RuleBook {
public:
    /// The parsed revision; null when the capture has none of that number or it cannot be parsed.
    std::shared_ptr<const RevisionDefinition> revision(CaptureReader& reader, std::uint32_t number);

    /// Ids of the rules of a pipeline under a revision, in their order. Empty when unknown.
    std::vector<std::string> rules(
        CaptureReader& reader, std::uint32_t revision, const std::string& pipeline);

private:
    Guarded<std::map<std::uint32_t, std::shared_ptr<const RevisionDefinition>>> m_revisions;
};

} // namespace sluice::search
