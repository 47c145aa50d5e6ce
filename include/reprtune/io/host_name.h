#pragma once

#include <string>

namespace reprtune {

/// The name of this machine, by which a run says where its process is; empty when it has none.
std::string host_name();

}  // namespace reprtune
