#pragma once

#include <string>

namespace reprtune::cli {

/// Draws `done` of `total` as a bar with text behind it, over the line drawn before; cut to the terminal's
/// width. Only to be called when can_draw_progress() holds.
void draw_progress_line(double done, double total, const std::string& text);

/// The same for work whose end is not known: text only.
void draw_progress_line(const std::string& text);

/// Wipes the line, if one is drawn, so that something else can be printed.
void clear_progress_line();

/// "1:02:03", "2:03" for a number of seconds.
std::string clock_text(double seconds);

}  // namespace reprtune::cli
