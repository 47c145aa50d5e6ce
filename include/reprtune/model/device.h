#pragma once

#include <string>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Turns "auto", "cpu", "cuda" or "cuda:N" into a device that exists. CUDA code is loaded only when it is
/// asked for, or for "auto" when the machine has an NVIDIA driver. Throws Error(usage) for another name,
/// Error(runtime) when CUDA was asked for and cannot be had.
at::Device resolve_device(const std::string& name);

}  // namespace reprtune
