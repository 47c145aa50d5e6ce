#pragma once

namespace reprtune::kernels {

/// What a product does with what stands where it is written.
enum class Update { replace, add };

}  // namespace reprtune::kernels
