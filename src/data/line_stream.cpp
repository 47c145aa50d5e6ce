#include <reprtune/data/line_stream.h>

#include <utility>

namespace reprtune {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;
constexpr std::size_t kMaxLine = std::size_t{1} << 24;

}  // namespace

LineStream::LineStream(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(kChunk, '\0') {}

bool LineStream::next() {
  line_.clear();
  too_long_ = false;
  bool any = false;
  while (refill()) {
    any = true;
    const std::size_t end = pending_.find_first_of("\r\n");
    append(pending_.substr(0, end));
    bytes_ += end == std::string_view::npos ? pending_.size() : end + 1;
    if (end == std::string_view::npos) {
      pending_ = {};
      continue;
    }
    skip_line_feed_ = pending_[end] == '\r';
    pending_.remove_prefix(end + 1);
    break;
  }
  if (any) ++number_;
  return any;
}

bool LineStream::ready_within(std::chrono::milliseconds patience) {
  std::string_view rest = pending_;
  if (skip_line_feed_ && rest.starts_with('\n')) rest.remove_prefix(1);
  return rest.find_first_of("\r\n") != std::string_view::npos || source_->ready_within(patience);
}

bool LineStream::refill() {
  for (;;) {
    if (skip_line_feed_ && !pending_.empty()) {
      if (pending_.front() == '\n') {
        pending_.remove_prefix(1);
        ++bytes_;
      }
      skip_line_feed_ = false;
    }
    if (!pending_.empty()) return true;
    const std::size_t count = source_->read(buffer_);
    if (count == 0) return false;
    pending_ = std::string_view(buffer_).substr(0, count);
  }
}

void LineStream::append(std::string_view bytes) {
  too_long_ = too_long_ || line_.size() + bytes.size() > kMaxLine;
  if (!too_long_) line_ += bytes;
}

}  // namespace reprtune
