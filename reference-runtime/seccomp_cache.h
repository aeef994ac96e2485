// SPDX-License-Identifier: Apache-2.0
// Compiled seccomp filters, kept between containers: compiling one of a few hundred names takes
// longer than everything else that `create` does.
#pragma once

#include <linux/filter.h>

#include <string>
#include <vector>

namespace loadline::runtime {

class SeccompCache {
 public:
  // Where caches are: below /var/cache, or the user's own. Empty: nowhere.
  static std::string Folder();

  // `folder` is made when there is something to keep. Nobody else may be able to write there: a
  // folder or file of another user's, or one that others may write, counts as not there.
  explicit SeccompCache(std::string folder) : folder_(std::move(folder)) {}

  // The program that was kept for exactly this text; empty when there is none.
  std::vector<sock_filter> Find(const std::string& key) const;
  // Best effort: what cannot be kept is compiled again the next time.
  void Keep(const std::string& key, const std::vector<sock_filter>& program) const;

 private:
  std::string folder_;
};

}  // namespace loadline::runtime
