#pragma once

#include "core/base/time.h"

#include <QObject>

#include <optional>

namespace sluice::ui {

/// The time range that the screens with a strip share: a span of time that ends now, a fixed range, or
/// everything; and whether the range follows now. UI thread.
class TimeScope final : public QObject {
    Q_OBJECT

public:
    explicit TimeScope(QObject* parent = nullptr);

    /// Ends now while live, at the moment of pausing otherwise.
    [[nodiscard]] TimeRange range() const;
    [[nodiscard]] bool isLive() const { return m_isLive; }
    /// Nothing when a fixed range is set.
    [[nodiscard]] std::optional<Nanos> window() const;
    /// "Last 15 min", or the range itself.
    [[nodiscard]] QString label() const;

    void setLive(bool live);
    void setWindow(Nanos window);
    /// Shows exactly this and stops following.
    void setFixed(TimeRange range);

Q_SIGNALS:
    void changed();

private:
    static UnixTime now();

    Nanos m_window = std::chrono::minutes(15);
    std::optional<TimeRange> m_fixed;
    UnixTime m_pausedAt;
    bool m_isLive = true;
};

} // namespace sluice::ui
