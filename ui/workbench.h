#pragma once

// What every screen gets in its constructor.

#include "core/engine/control.h"
#include "core/query/query.h"
#include "ui/bridge/live_feed.h"
#include "ui/theme/service_colors.h"
#include "ui/theme/theme.h"

#include <QThreadPool>

#include <memory>

namespace sluice::ui {

class ActionRegistry;
class TimeScope;
class ToastHost;

/// All references outlive every screen. UI thread; `query` and `control` from pool threads.
struct Workbench {
    EngineControl& control;
    std::shared_ptr<const query::Query> query; ///< Shared so that work in the background may hold it.
    Theme& theme;
    LiveFeed& feed;
    ServiceColors& services;
    TimeScope& time; ///< Time range and Live, shared by Traces, Logs and Metrics.
    ActionRegistry& actions;
    ToastHost& toasts;
    QThreadPool& pool;
};

} // namespace sluice::ui
