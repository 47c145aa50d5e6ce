#pragma once

#include <reprtune/train/time_limit.h>

#include <functional>

namespace reprtune {

/// Divides the time of a run with a limit: what was done before training, training, and what is kept for
/// what comes after it.
class TimeBudget {
 public:
  /// `seconds`: of work on the run up to now.
  TimeBudget(TimeLimit limit, std::function<double()> seconds);

  double seconds() const { return seconds_(); }

  /// To be called when training begins, at `began` seconds; the work after it takes about `closing` seconds.
  void begin_training(double began, double closing);
  double began() const { return began_; }
  double closing() const { return closing_; }

  /// The share of the time for training that is gone, from 0 to 1; 0 without a limit.
  double gone() const;
  bool is_over() const { return gone() >= 1; }

 private:
  TimeLimit limit_;
  std::function<double()> seconds_;
  double began_ = 0, closing_ = 0;
};

/// Seconds since this call.
std::function<double()> seconds_from_now();

}  // namespace reprtune
