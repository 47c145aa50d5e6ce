#include <reprtune/io/error.h>
#include <reprtune/text/sentencepiece_model.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include <sentencepiece_processor.h>

namespace reprtune {
namespace {

// In bytes; the largest models have some 15 MB.
constexpr std::uintmax_t kMaxFileSize = std::uintmax_t{256} << 20;

std::string first_line(const std::string& message) { return message.substr(0, message.find('\n')); }

std::string read_bytes(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream) throw Error(ErrorKind::model, file.string() + ": cannot be read");
  if (size == 0 || size > kMaxFileSize) {
    throw Error(ErrorKind::model, file.string() + ": expected a SentencePiece model of 1 byte to " +
                                      std::to_string(kMaxFileSize >> 20) + " MiB, found " +
                                      std::to_string(size) + " bytes");
  }
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace

struct SentencePieceModel::Library {
  sentencepiece::SentencePieceProcessor processor;
};

SentencePieceModel::SentencePieceModel(const std::filesystem::path& file)
    : library_(std::make_unique<Library>()) {
  const std::string bytes = read_bytes(file);
  // The library's own message names a line of its sources: nothing a user can act on.
  if (!library_->processor.LoadFromSerializedProto({bytes.data(), bytes.size()}).ok()) {
    throw Error(ErrorKind::model,
                file.string() + ": expected a SentencePiece model, found a damaged or different file of " +
                    std::to_string(bytes.size()) + " bytes: get it again");
  }
}

SentencePieceModel::~SentencePieceModel() = default;
SentencePieceModel::SentencePieceModel(SentencePieceModel&&) noexcept = default;
SentencePieceModel& SentencePieceModel::operator=(SentencePieceModel&&) noexcept = default;

std::vector<std::int32_t> SentencePieceModel::encode(std::string_view text) const {
  std::vector<int> ids;
  const auto status = library_->processor.Encode({text.data(), text.size()}, &ids);
  if (!status.ok())
    throw Error(ErrorKind::data, "text cannot be tokenized: " + first_line(status.ToString()));
  return ids;
}

std::string SentencePieceModel::decode(const std::vector<std::int32_t>& ids) const {
  std::string text;
  const auto status = library_->processor.Decode(ids, &text);
  if (!status.ok()) throw Error(ErrorKind::data, "ids cannot be decoded: " + first_line(status.ToString()));
  return text;
}

std::string SentencePieceModel::piece(std::int32_t id) const {
  return id >= 0 && static_cast<std::size_t>(id) < size() ? library_->processor.IdToPiece(id) : std::string();
}

std::int32_t SentencePieceModel::id(std::string_view piece) const {
  return library_->processor.PieceToId({piece.data(), piece.size()});
}

std::int32_t SentencePieceModel::unknown_id() const { return library_->processor.unk_id(); }

std::size_t SentencePieceModel::size() const {
  return static_cast<std::size_t>(std::max(library_->processor.GetPieceSize(), 0));
}

}  // namespace reprtune
