#include <reprtune/data/utf8_source.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace reprtune {
namespace {

constexpr std::size_t kHeadSize = 4096;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Signature {
  std::string_view bytes;
  const char* what;
};

constexpr Signature kSignatures[] = {
    {"\xFF\xFE", "found UTF-16 (save it as UTF-8)"},
    {"\xFE\xFF", "found UTF-16 (save it as UTF-8)"},
    {"PK\x03\x04", "found a zip archive or an Excel workbook (save the sheet as CSV, UTF-8)"},
    {"\xD0\xCF\x11\xE0", "found an old Excel workbook (save the sheet as CSV, UTF-8)"},
    {"\x1F\x8B", "found gzip data (give it a name that ends in .gz, or unpack it: zcat FILE | reprtune ...)"},
    {"\x28\xB5\x2F\xFD", "found zstd data (unpack it: zstdcat FILE | reprtune ...)"},
    {"\xFD\x37zXZ", "found xz data (unpack it: xzcat FILE | reprtune ...)"},
    {"BZh", "found bzip2 data (unpack it: bzcat FILE | reprtune ...)"},
    {"PAR1", "found a Parquet file (export it as CSV)"},
    {"%PDF", "found a PDF (export its text as CSV)"},
};

/// Whether more bytes might make these the beginning of one of the formats above or of a byte order mark.
bool may_become_mark(std::string_view head) {
  const auto begins = [head](std::string_view mark) {
    return mark.size() > head.size() && mark.starts_with(head);
  };
  return begins(kByteOrderMark) || std::ranges::any_of(kSignatures, begins, &Signature::bytes);
}

/// Text holds no NULs; in UTF-16 every other byte of ASCII text is one, all on the same side.
void refuse_binary(std::string_view head, const std::string& name) {
  for (const Signature& signature : kSignatures) {
    if (head.starts_with(signature.bytes)) {
      throw Error(ErrorKind::data, name + ": expected UTF-8 text, " + signature.what);
    }
  }
  std::size_t nuls[2] = {0, 0};
  for (std::size_t i = 0; i < head.size(); ++i) nuls[i % 2] += head[i] == '\0' ? 1u : 0u;
  const std::size_t total = nuls[0] + nuls[1];
  if (total < 4 || total * 8 < head.size()) return;
  const bool one_sided = std::max(nuls[0], nuls[1]) >= 16 * std::min(nuls[0], nuls[1]);
  throw Error(ErrorKind::data, name + (one_sided ? ": expected UTF-8 text, found UTF-16 (save it as UTF-8)"
                                                 : ": expected UTF-8 text, found a binary file"));
}

class ReplayedSource final : public ByteSource {
 public:
  ReplayedSource(std::string head, std::unique_ptr<ByteSource> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}

  std::size_t read(std::span<char> buffer) override {
    if (used_ == head_.size()) return rest_->read(buffer);
    const std::size_t count = std::min(buffer.size(), head_.size() - used_);
    std::memcpy(buffer.data(), head_.data() + used_, count);
    used_ += count;
    return count;
  }

  bool ready_within(std::chrono::milliseconds patience) override {
    return used_ < head_.size() || rest_->ready_within(patience);
  }

 private:
  std::string head_;
  std::size_t used_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

}  // namespace

std::unique_ptr<ByteSource> utf8_source(std::unique_ptr<ByteSource> source, const std::string& name) {
  std::string head(kHeadSize, '\0');
  std::size_t size = 0;
  do {  // no more than that is waited for: standard input may be a slow pipe
    const std::size_t count = source->read(std::span(head).subspan(size));
    if (count == 0) break;
    size += count;
  } while (may_become_mark(std::string_view(head).substr(0, size)));
  head.resize(size);
  if (head.empty()) throw Error(ErrorKind::data, name + ": expected rows of text, found an empty file");
  refuse_binary(head, name);
  if (head.starts_with(kByteOrderMark)) head.erase(0, kByteOrderMark.size());
  return std::make_unique<ReplayedSource>(std::move(head), std::move(source));
}

}  // namespace reprtune
