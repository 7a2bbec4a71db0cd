#pragma once

#include <QHash>
#include <QString>
#include <QWidget>

class QVBoxLayout;

namespace sluice::ui {

/// The rail: one entry per screen that exists; the last one stands at the bottom. 68 px wide, 44 without
/// labels. Up and Down move, Enter opens.
class NavRail final : public QWidget {
    Q_OBJECT

public:
    explicit NavRail(QWidget* parent);

    /// `atBottom`: Settings.
    void addEntry(const QString& id, const QString& name, const char* icon, bool atBottom = false);
    void setCurrent(const QString& id);
    /// A dot at the entry's icon with a spoken name; an empty name takes it away.
    void setMark(const QString& id, const QString& spoken, bool isError);
    void setCompact(bool compact);

Q_SIGNALS:
    void chosen(const QString& id);
    void menuRequested(const QPoint& globalPosition);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    class Entry;
    QHash<QString, Entry*> m_entries;
    QVBoxLayout* m_layout;
    int m_topCount = 0;
};

} // namespace sluice::ui
