// A program that only loads libtorch and touches it once: the start-up that bench/startup.py measures ours against.

#include <ATen/ATen.h>

int main() { return at::zeros({1}).item<float>() == 0 ? 0 : 1; }
