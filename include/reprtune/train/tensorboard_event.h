#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace reprtune {

/// What a TensorBoard event file begins with: a record of its format's version. `wall_time`: seconds since
/// 1970.
std::string event_file_version(double wall_time);

struct EventScalar {
  std::string tag;  ///< "train/loss": the part before the slash groups charts
  double value = 0;
};

/// A record with some scalars of one step: an Event message (tensorflow/core/util/event.proto) with a
/// Summary, framed as a TFRecord, that is its length and its bytes, each with a masked CRC-32C
/// (tensorflow/core/lib/io/record_writer.h). A file is its version and any number of these.
std::string scalar_event(double wall_time, std::int64_t step, std::span<const EventScalar> scalars);

}  // namespace reprtune
