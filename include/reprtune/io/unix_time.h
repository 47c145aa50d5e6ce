#pragma once

namespace reprtune {

/// Seconds since 1970-01-01 00:00 UTC, as files of a run have them; may jump when the clock is set.
double unix_time();

}  // namespace reprtune
