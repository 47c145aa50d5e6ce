#pragma once

#include <reprtune/io/error.h>

#include <string>

#include <gtest/gtest.h>

namespace reprtune {

/// The message of the Error that `act` throws, which must be of this kind and one line; "" with a failed
/// check otherwise.
template <typename Act>
std::string error_of(ErrorKind kind, Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another exception: " << error.what();
    return "";
  }
  ADD_FAILURE() << "no Error was thrown";
  return "";
}

}  // namespace reprtune
