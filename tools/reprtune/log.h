#pragma once

#include <string>

namespace reprtune::cli {

enum class LogFormat { text, json };
enum class LogLevel { quiet, normal, verbose };

/// Sets up the messages of this process; they all go to standard error.
void set_up_log(LogFormat format, LogLevel level);

void log_detail(const std::string& message);  ///< only with --verbose
void log_info(const std::string& message);    ///< not with --quiet
void log_warning(const std::string& message);
void log_error(const std::string& message);

/// Whether progress may be drawn over itself: standard error is a terminal, the format is text and nothing
/// said --quiet.
bool can_draw_progress();

}  // namespace reprtune::cli
