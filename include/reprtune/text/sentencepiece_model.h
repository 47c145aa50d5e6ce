#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// A SentencePiece .model file (Unigram or BPE) with its own ids, without special tokens: the one place that
/// knows the sentencepiece library. Immutable; move-only.
class SentencePieceModel {
 public:
  /// Throws Error(model), one line that names the file, when it is missing, empty or not a SentencePiece
  /// model.
  explicit SentencePieceModel(const std::filesystem::path& file);
  ~SentencePieceModel();
  SentencePieceModel(SentencePieceModel&&) noexcept;
  SentencePieceModel& operator=(SentencePieceModel&&) noexcept;

  /// The ids of a text, normalized as the model says. Control symbols ("<s>") in it are literal text.
  /// Throws Error(data) when the library refuses the text.
  std::vector<std::int32_t> encode(std::string_view text) const;

  /// The text that ids stand for.
  std::string decode(const std::vector<std::int32_t>& ids) const;

  /// The piece of an id; empty when there is no such id.
  std::string piece(std::int32_t id) const;

  /// The id of exactly this piece; the unknown id when there is none.
  std::int32_t id(std::string_view piece) const;

  std::int32_t unknown_id() const;
  std::size_t size() const;

 private:
  struct Library;  // keeps the library's header out of ours
  std::unique_ptr<Library> library_;
};

}  // namespace reprtune
