#pragma once

#include <QString>
#include <QStringList>

namespace sluice::ui {

/// Languages that there is a set-up for, in the order of the tabs.
QStringList snippetLanguages();

/// Shell lines that point a program in that language at Sluice; lines with "#" are comments.
QString snippetFor(int language, int grpcPort, int httpPort);

} // namespace sluice::ui
