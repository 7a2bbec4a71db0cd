#pragma once

#include "core/query/query_types.h"
#include "ui/theme/theme.h"

#include <QStyledItemDelegate>

namespace sluice::ui {

class ServiceColors;

/// What the delegates of tables ask of a model beside Qt::DisplayRole.
enum CellRole : int {
    DroppedRole = Qt::UserRole + 100, ///< bool: the row's record was dropped.
    ErrorRole, ///< bool: the cell speaks of an error.
    MutedRole, ///< bool: the cell says nothing of weight ("·", "–").
    ServicesRole, ///< QStringList, root first.
    DurationRole, ///< qlonglong, nanoseconds.
    OutcomeRole, ///< int, query::OutcomeKind.
    RulesRole, ///< QStringList.
    NewRole, ///< bool: came in less than 1.5 s ago.
    SeverityRole, ///< int, OTLP SeverityNumber.
};

/// A table cell: background, hover, selection with its edge, separator line, then the content. Base of all
/// cells, and itself the cell for plain text in one style.
class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    explicit RowDelegate(QObject* parent, TypeStyle style = TypeStyle::Body, Token color = Token::TextPrimary,
        Qt::Alignment alignment = Qt::AlignLeft, Qt::TextElideMode elide = Qt::ElideRight);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const final;
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
        const QModelIndex& index) override;

protected:
    struct Cell {
        QRect rect; ///< Without the padding.
        bool isSelected = false;
        bool isDropped = false;
        QColor background;
        const Theme& theme;
        double ratio = 1;
    };
    /// Paints the content; the painter's state is restored afterwards.
    virtual void paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const;
    /// The colour of text in this cell: dropped, selected and error considered.
    [[nodiscard]] static QColor ink(const Cell& cell, const QModelIndex& index, Token normal);

private:
    TypeStyle m_style;
    Token m_color;
    Qt::Alignment m_alignment;
    Qt::TextElideMode m_elide;
};

/// Chip of the root service and monograms of the others.
class ServicesDelegate final : public RowDelegate {
    Q_OBJECT

public:
    ServicesDelegate(QObject* parent, ServiceColors& services);

protected:
    void paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const override;

private:
    ServiceColors& m_services;
};

/// A number and a bar on a scale of four decades from 1 ms to 10 s.
class DurationDelegate final : public RowDelegate {
    Q_OBJECT

public:
    DurationDelegate(QObject* parent, ServiceColors& services);

    static constexpr int kNumberWidth = 66;
    static constexpr int kBarWidth = 112;

protected:
    void paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const override;

private:
    ServiceColors& m_services;
};

/// Glyph, word, rules.
class OutcomeDelegate final : public RowDelegate {
    Q_OBJECT

public:
    explicit OutcomeDelegate(QObject* parent);

protected:
    void paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const override;
};

/// `whole` shortened to `width` pixels where it is longer. For painting: most texts are not even measured.
QString elided(const QFont& font, const QString& whole, Qt::TextElideMode mode, int width);

/// "kept", "changed", "dropped" … as icon and colour.
const char* iconOf(query::OutcomeKind kind);
Token tokenOf(query::OutcomeKind kind);
QString wordOf(query::OutcomeKind kind);

/// A chip of 18 px at `x`, vertically centred in `row`; returns its width. Hollow when dropped. `slot` -1:
/// neutral.
double paintChip(QPainter& painter, const Theme& theme, double x, const QRectF& row, const QString& name,
    int slot, bool isDropped);
double chipWidth(const QString& name);

/// A monogram of 20 x 16; returns its width.
double paintMonogram(QPainter& painter, const Theme& theme, double x, const QRectF& row,
    const QString& monogram, int slot, bool isDropped);

} // namespace sluice::ui
