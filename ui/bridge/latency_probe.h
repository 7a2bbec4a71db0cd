#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QString>
#include <QThread>

#include <atomic>
#include <memory>

namespace sluice::ui {

/// The application of the window. With SLUICE_UI_LATENCY set in the environment it measures how long the
/// window's thread keeps an event waiting and writes what it finds to stderr:
///
///     ui-latency worst 12.4 ms of 214 probes        once a second: the longest wait of a posted event
///     ui-latency busy 41.0 ms in TracesPage, event 12    each event that took longer than a frame of 33 ms
///     ui-latency trace, 100,000 spans 212 ms        from the wish to see a trace to its first painting
///
/// Without it there is no thread and no clock is read.
class ProbedApplication final : public QApplication {
    Q_OBJECT

public:
    ProbedApplication(int& argc, char** argv);
    ~ProbedApplication() override;

    bool notify(QObject* receiver, QEvent* event) override;

    /// Whether latencies are measured in this process.
    [[nodiscard]] static bool isProbing();
    /// Writes one line about something that took `milliseconds`.
    static void report(const QString& what, double milliseconds);

private:
    class Prober;

    std::unique_ptr<Prober> m_prober;
    int m_depth = 0; ///< Of nested deliveries: only the outermost one is timed.
};

} // namespace sluice::ui
