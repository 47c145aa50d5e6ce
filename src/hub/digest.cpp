#include "digest.h"

#include <reprtune/io/error.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>
#include <vector>

#include <openssl/evp.h>

namespace reprtune {
namespace {

class Digest {
 public:
  explicit Digest(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    good_ = context_ && EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1;
  }

  void add(std::string_view bytes) {
    good_ = good_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }

  /// Throws Error(runtime) where a system forbids the algorithm.
  std::string hex() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes = {};
    unsigned size = 0;
    if (!good_ || EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) != 1)
      throw Error(ErrorKind::runtime, "OpenSSL does not compute checksums on this machine");
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      text += kDigits[bytes[i] >> 4U];
      text += kDigits[bytes[i] & 15U];
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  bool good_ = false;
};

bool is_hex(const std::string& text) {
  return text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::optional<std::string> digest_like(const std::string& etag, const std::filesystem::path& file,
                                       const std::function<void()>& tick) {
  const bool is_sha256 = etag.size() == 64, is_git = etag.size() == 40;
  if (!is_hex(etag) || (!is_sha256 && !is_git)) return std::nullopt;
  const auto fail = [&file](int code) {
    throw Error(ErrorKind::runtime, file.string() + ": cannot be read: " + std::strerror(code));
  };
  std::error_code unreadable;
  const auto size = std::filesystem::file_size(file, unreadable);
  if (unreadable) fail(unreadable.value());
  std::ifstream stream(file, std::ios::binary);
  Digest digest(is_sha256 ? EVP_sha256() : EVP_sha1());
  if (is_git) digest.add("blob " + std::to_string(size) + std::string(1, '\0'));
  std::vector<char> block(1 << 20);
  while (stream.read(block.data(), static_cast<std::streamsize>(block.size())) || stream.gcount() > 0) {
    digest.add({block.data(), static_cast<std::size_t>(stream.gcount())});
    if (tick) tick();
  }
  if (!stream.eof()) fail(errno);
  return digest.hex();
}

std::string etag_name(const std::string& header) {
  std::string name = header.starts_with("W/") ? header.substr(2) : header;
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  constexpr std::string_view kAllowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-";
  const bool good = !name.empty() && name.size() <= 200 && name.front() != '.' &&
                    name.find_first_not_of(kAllowed) == std::string::npos;
  return good ? name : "";
}

}  // namespace reprtune
