#pragma once

// The state of Sluice as plain text, for the Copy report button and for whoever reads it in a ticket.

#include "core/engine/control.h"

#include <QString>

namespace sluice::ui {

/// No header values and no endpoint credentials are in it.
QString diagnosticsReport(const EngineStatus& status);

/// "traces" and so on, as people read it.
QString nameOfSignal(Signal signal);

} // namespace sluice::ui
