#pragma once

#include <QString>

#include <string>
#include <unordered_map>
#include <vector>

namespace sluice::ui {

/// Gives each service a slot of the palette and a monogram on first sight, and keeps both. The slot is the
/// hash of the name, then the next one that is free; from the thirteenth service on slots repeat. UI thread.
class ServiceColors {
public:
    struct Mark {
        int slot = 0;
        QString monogram; ///< Two letters, unique among the services seen.
    };

    const Mark& of(const std::string& service);

private:
    QString monogramFor(const std::string& service) const;

    std::unordered_map<std::string, Mark> m_marks;
    std::vector<QString> m_monograms;
};

} // namespace sluice::ui
