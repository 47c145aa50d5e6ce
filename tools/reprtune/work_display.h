#pragma once

#include <reprtune/io/work_progress.h>

namespace reprtune::cli {

/// Shows how far long work has come, with its rate and the time left where its end is known: on a terminal as
/// a bar over itself once the work has taken half a second, elsewhere as a message after ten seconds and then
/// every half minute. Nothing with --quiet. The bar is wiped when the work is done, or when anything else is
/// printed.
void show_work(const WorkProgress& progress);

}  // namespace reprtune::cli
