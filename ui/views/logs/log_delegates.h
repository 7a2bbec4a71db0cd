#pragma once

#include "ui/delegates/row_delegate.h"

namespace sluice::ui {

/// Severity as an edge and a word in its colour.
class SeverityDelegate final : public RowDelegate {
    Q_OBJECT

public:
    explicit SeverityDelegate(QObject* parent);

protected:
    void paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const override;
};

/// A log body in mono; numbers and quoted parts are tinted.
class BodyDelegate final : public RowDelegate {
    Q_OBJECT

public:
    explicit BodyDelegate(QObject* parent);

protected:
    void paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const override;
};

/// The short trace id as a link.
class TraceLinkDelegate final : public RowDelegate {
    Q_OBJECT

public:
    explicit TraceLinkDelegate(QObject* parent);

protected:
    void paintContent(QPainter& painter, const Cell& cell, const QModelIndex& index) const override;
};

/// Colour of an OTLP severity number.
Token severityToken(int severity);

/// A part of a body and its colour.
struct BodyPart {
    QString text;
    Token color = Token::TextPrimary;
};

/// Cuts the first line of a body into its parts: numbers with their unit, quoted text, the rest.
QList<BodyPart> bodyParts(const QString& body);

} // namespace sluice::ui
