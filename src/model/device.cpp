#include <reprtune/io/error.h>
#include <reprtune/model/device.h>

#include <charconv>
#include <filesystem>
#include <optional>

#include <ATen/ATen.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <dlfcn.h>

namespace reprtune {
namespace {

/// CUDA devices this process can use; a reason in `why_none` when there are none.
int cuda_device_count(std::string& why_none) {
  // The library registers its operators when it is loaded; it is left open for the life of the process.
  if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    why_none = std::string("libtorch's CUDA library could not be loaded: ") + dlerror();
    return 0;
  }
  try {
    const int count = c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount();
    if (count == 0) why_none = "no CUDA device was found";
    return count;
  } catch (const c10::Error& error) {
    why_none = error.what_without_backtrace();
    return 0;
  }
}

/// The N of "cuda:N" (0 for "cuda"); absent when the name is not of this form.
std::optional<int> cuda_index(const std::string& name) {
  if (name == "cuda") return 0;
  if (!name.starts_with("cuda:")) return std::nullopt;
  int index = -1;
  const char* end = name.data() + name.size();
  const auto [stop, code] = std::from_chars(name.data() + 5, end, index);
  return code == std::errc() && stop == end && index >= 0 && index < 128 ? std::optional(index)
                                                                         : std::nullopt;
}

}  // namespace

at::Device resolve_device(const std::string& name) {
  std::string why_none;
  if (name == "cpu") return at::kCPU;
  if (name == "auto") {
    const bool driver = std::filesystem::exists("/dev/nvidiactl");
    return driver && cuda_device_count(why_none) > 0 ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
  }
  const auto index = cuda_index(name);
  if (!index) throw Error(ErrorKind::usage, "device '" + name + "': expected auto, cpu, cuda or cuda:N");
  const int count = cuda_device_count(why_none);
  if (count == 0)
    throw Error(ErrorKind::runtime, "device '" + name + "': " + why_none + " (use --device cpu)");
  if (*index >= count) {
    throw Error(ErrorKind::runtime,
                "device '" + name + "': this machine has " + std::to_string(count) + " CUDA device(s)");
  }
  return {at::kCUDA, static_cast<c10::DeviceIndex>(*index)};
}

}  // namespace reprtune
