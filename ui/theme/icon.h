#pragma once

#include "ui/theme/tokens.h"

#include <QIcon>
#include <QRectF>
#include <QString>

class QPainter;

namespace sluice::ui {

/// An icon of resources/icons by its file's name without suffix ("make-rule"), in `color` of the theme at
/// hand. It follows a change of theme by itself. Disabled it is drawn in text.disabled.
QIcon iconOf(const char* name, Token color = Token::TextSecondary);

/// The same drawn at once: fills `rect`, which should be square.
void paintIcon(QPainter& painter, const QRectF& rect, const char* name, const QColor& color);

} // namespace sluice::ui
