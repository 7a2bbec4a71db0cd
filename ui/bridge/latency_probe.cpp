#include "ui/bridge/latency_probe.h"

#include <algorithm>
#include <cstdio>

namespace sluice::ui {
namespace {

constexpr double kStallMilliseconds = 33;
constexpr unsigned long kProbeMilliseconds = 4;
constexpr qint64 kReportMilliseconds = 1000;

double milliseconds(const QElapsedTimer& timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

} // namespace

/// Posts an event to the window's thread, waits until it is handled, and posts the next one.
class ProbedApplication::Prober final : public QThread {
public:
    explicit Prober(QObject* target)
        : m_target(target)
    {
    }

    void run() override
    {
        QElapsedTimer second;
        second.start();
        double worst = 0;
        int count = 0;
        while (!isInterruptionRequested()) {
            QElapsedTimer wait;
            wait.start();
            m_isAnswered.store(false);
            QMetaObject::invokeMethod(
                m_target, [this] { m_isAnswered.store(true); }, Qt::QueuedConnection);
            while (!m_isAnswered.load() && !isInterruptionRequested())
                usleep(100);
            worst = std::max(worst, milliseconds(wait));
            ++count;
            if (second.elapsed() >= kReportMilliseconds) {
                std::fprintf(stderr, "ui-latency worst %.1f ms of %d probes\n", worst, count);
                worst = 0;
                count = 0;
                second.restart();
            }
            msleep(kProbeMilliseconds);
        }
    }

private:
    QObject* m_target;
    std::atomic<bool> m_isAnswered{false};
};

ProbedApplication::ProbedApplication(int& argc, char** argv)
    : QApplication(argc, argv)
{
    if (!isProbing())
        return;
    m_prober = std::make_unique<Prober>(this);
    m_prober->start();
}

ProbedApplication::~ProbedApplication()
{
    if (m_prober == nullptr)
        return;
    m_prober->requestInterruption();
    m_prober->wait();
}

bool ProbedApplication::notify(QObject* receiver, QEvent* event)
{
    if (m_prober == nullptr || m_depth > 0)
        return QApplication::notify(receiver, event);
    const QString name = QString::fromLatin1(receiver->metaObject()->className());
    const int type = event->type();
    QElapsedTimer timer;
    timer.start();
    ++m_depth;
    const bool isHandled = QApplication::notify(receiver, event);
    --m_depth;
    if (milliseconds(timer) > kStallMilliseconds)
        std::fprintf(
            stderr, "ui-latency busy %.1f ms in %s, event %d\n", milliseconds(timer), qPrintable(name), type);
    return isHandled;
}

bool ProbedApplication::isProbing()
{
    static const bool isSet = qEnvironmentVariableIsSet("SLUICE_UI_LATENCY");
    return isSet;
}

void ProbedApplication::report(const QString& what, double milliseconds)
{
    std::fprintf(stderr, "ui-latency %s %.1f ms\n", qPrintable(what), milliseconds);
}

} // namespace sluice::ui
