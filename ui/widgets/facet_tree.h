#pragma once

#include "ui/theme/tokens.h"

#include <QColor>
#include <QSet>
#include <QTreeWidget>

#include <vector>

namespace sluice::ui {

/// A value of a facet, ready to show.
struct FacetRow {
    QString value; ///< What is filtered by.
    QString label;
    quint64 count = 0;
    Token color = Token::TextMuted; ///< Of its bar …
    int serviceSlot = -1; ///< … or the colour of a service.
    const char* icon = nullptr;
    bool isMono = false;
    bool isError = false;
    bool isChosen = false; ///< The list is filtered by it.
    std::vector<FacetRow> children{};
};

struct FacetGroup {
    QString id;
    QString title;
    bool isMono = false;
    std::vector<FacetRow> rows;
};

/// The facets of a list as a tree: one branch per facet, values with bars. Click or Enter chooses a value,
/// with Ctrl it is added to those chosen. Folding is kept when the counts change.
class FacetTree final : public QTreeWidget {
    Q_OBJECT

public:
    explicit FacetTree(QWidget* parent);

    /// `total`: what a full bar stands for.
    void setGroups(const std::vector<FacetGroup>& groups, quint64 total);

Q_SIGNALS:
    /// `add`: Ctrl was held. For a child, `parentValue` is the value above it.
    void valueChosen(const QString& group, const QString& value, const QString& parentValue, bool add);

protected:
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(QTreeWidgetItem* item, bool add);

    QSet<QString> m_folded;
};

} // namespace sluice::ui
