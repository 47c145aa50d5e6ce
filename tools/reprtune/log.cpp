#include "log.h"

#include <reprtune/data/display_text.h>
#include <reprtune/io/json_text.h>

#include "progress_line.h"

#include <cstdlib>
#include <memory>
#include <sstream>

#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace reprtune::cli {
namespace {

struct LogSettings {
  LogFormat format = LogFormat::text;
  LogLevel level = LogLevel::normal;
};

LogSettings& settings() {
  static LogSettings instance;
  return instance;
}

spdlog::logger& logger() {
  static const auto instance =
      std::make_shared<spdlog::logger>("reprtune", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  return *instance;
}

/// The message without what could move the cursor or colour the terminal: it may quote a label or a column
/// name. The lines of a list stay.
std::string safe_lines(const std::string& message) {
  std::istringstream lines(message);
  std::string text;
  for (std::string line; std::getline(lines, line);)
    text += (text.empty() ? "" : "\n") + display_text(line, line.size());
  return text;
}

/// A word of our own in this colour (of ISO 6429), where a terminal shows it and nobody objects
/// (no-color.org).
std::string coloured(const std::string& word, int colour) {
  const char* const objection = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  const bool plain = isatty(STDERR_FILENO) == 0 || (objection != nullptr && *objection != '\0') ||
                     (terminal != nullptr && std::string(terminal) == "dumb");
  return plain ? word : "\x1b[" + std::to_string(colour) + "m" + word + "\x1b[0m";
}
constexpr int kRed = 31, kYellow = 33;

void write(spdlog::level::level_enum level, const std::string& prefix, const std::string& message) {
  clear_progress_line();
  if (settings().format == LogFormat::json) {
    logger().log(level, json_text(nlohmann::json(message)));
  } else {
    logger().log(level, prefix + safe_lines(message));
  }
}

}  // namespace

void set_up_log(LogFormat format, LogLevel level) {
  settings() = {format, level};
  logger().set_pattern(
      format == LogFormat::json ? R"({"time":"%Y-%m-%dT%H:%M:%S%z","level":"%l","message":%v})" : "%v");
  logger().set_level(level == LogLevel::quiet
                         ? spdlog::level::warn
                         : (level == LogLevel::verbose ? spdlog::level::debug : spdlog::level::info));
  logger().flush_on(spdlog::level::trace);
}

void log_detail(const std::string& message) { write(spdlog::level::debug, "", message); }
void log_info(const std::string& message) { write(spdlog::level::info, "", message); }
void log_warning(const std::string& message) {
  write(spdlog::level::warn, coloured("warning:", kYellow) + " ", message);
}
void log_error(const std::string& message) {
  write(spdlog::level::err, coloured("error:", kRed) + " ", message);
}

bool can_draw_progress() {
  return settings().format == LogFormat::text && settings().level != LogLevel::quiet &&
         isatty(STDERR_FILENO) != 0;
}

}  // namespace reprtune::cli
