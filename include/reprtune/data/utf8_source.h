#pragma once

#include <reprtune/io/byte_source.h>

#include <filesystem>
#include <memory>
#include <string>

namespace reprtune {

/// Wraps a source that should hold UTF-8 text: looks at its first bytes, drops a UTF-8 byte order mark, and
/// throws Error(data), one line that begins with `name`, when it is empty, UTF-16, compressed or another
/// binary format.
std::unique_ptr<ByteSource> utf8_source(std::unique_ptr<ByteSource> source, const std::string& name);

}  // namespace reprtune
