#pragma once

#include <QString>

namespace sluice::ui {

class MainWindow;

/// Walks through all screens in both themes, saves each as `folder`/<screen>-<theme>.png, and closes the
/// window. For the pictures in the README (installers/screenshots.sh) and for comparing with the mockups.
void takeScreenshots(MainWindow& window, const QString& folder);

} // namespace sluice::ui
