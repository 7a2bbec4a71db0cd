#pragma once

#include <QString>

namespace sluice::ui {

class MainWindow;

/// Saves pictures of the screens in both themes as `folder`/<screen>-<theme>.png and closes the window:
/// Welcome when the capture is empty, all others when it is not. For the README (installers/screenshots.sh)
/// and for comparing with the mockups.
void takeScreenshots(MainWindow& window, const QString& folder);

} // namespace sluice::ui
