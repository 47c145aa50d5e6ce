# One INTERFACE target, reprtune_torch, for libtorch: a PyPI wheel's `torch` folder or an unpacked libtorch zip.
# find_package(Torch) is not used: with a CUDA build it insists on nvcc and a matching toolkit even for a CPU program.

if(NOT REPRTUNE_DEPS)
  if(DEFINED ENV{REPRTUNE_DEPS})
    set(REPRTUNE_DEPS $ENV{REPRTUNE_DEPS})
  elseif(DEFINED ENV{XDG_CACHE_HOME})
    set(REPRTUNE_DEPS $ENV{XDG_CACHE_HOME}/reprtune)
  else()
    set(REPRTUNE_DEPS $ENV{HOME}/.cache/reprtune)
  endif()
endif()
if(NOT REPRTUNE_TORCH_ROOT)
  if(DEFINED ENV{REPRTUNE_TORCH_ROOT})
    set(REPRTUNE_TORCH_ROOT $ENV{REPRTUNE_TORCH_ROOT})
  else()
    set(REPRTUNE_TORCH_ROOT ${REPRTUNE_DEPS}/torch-2.15.0/torch)
  endif()
endif()
if(NOT EXISTS ${REPRTUNE_TORCH_ROOT}/lib/libtorch_cpu.so)
  message(FATAL_ERROR "libtorch not found in ${REPRTUNE_TORCH_ROOT}: run tools/setup, or set REPRTUNE_TORCH_ROOT to the "
                      "'torch' folder of a PyPI wheel or to an unpacked libtorch")
endif()

if(NOT TARGET reprtune_torch)
  add_library(reprtune_torch INTERFACE)
  target_include_directories(reprtune_torch SYSTEM INTERFACE
    $<BUILD_INTERFACE:${REPRTUNE_TORCH_ROOT}/include>
    $<BUILD_INTERFACE:${REPRTUNE_TORCH_ROOT}/include/torch/csrc/api/include>)
  target_link_libraries(reprtune_torch INTERFACE
    $<BUILD_INTERFACE:${REPRTUNE_TORCH_ROOT}/lib/libtorch_cpu.so>
    $<BUILD_INTERFACE:${REPRTUNE_TORCH_ROOT}/lib/libc10.so>)
  # --no-as-needed: operators register themselves in static constructors nobody refers to.
  # --allow-shlib-undefined: the CUDA libraries of the wheel are found at run time through its own RPATH.
  target_link_options(reprtune_torch INTERFACE
    LINKER:--no-as-needed LINKER:--allow-shlib-undefined LINKER:--disable-new-dtags
    $<BUILD_INTERFACE:LINKER:-rpath,${REPRTUNE_TORCH_ROOT}/lib>)
endif()
