#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace reprtune {

/// What a file's ETag would be if it had these bytes: of 64 hexadecimal digits the sha256, of 40 the name
/// that git gives to a file (sha1 of "blob <size>", a zero byte, and the bytes); nothing of any other, which
/// says nothing about the bytes. `tick` is called for every megabyte. Throws Error(runtime), one line that
/// names the file.
std::optional<std::string> digest_like(const std::string& etag, const std::filesystem::path& file,
                                       const std::function<void()>& tick);

/// An ETag header without its quotes and its "W/"; empty where it cannot be the name of a file.
std::string etag_name(const std::string& header);

}  // namespace reprtune
