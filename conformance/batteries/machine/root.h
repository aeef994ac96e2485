// SPDX-License-Identifier: Apache-2.0
// Root: the root filesystem of a machine container. It is a whole system that the user named, which
// stays as it is, since what is written goes into the bundle. Or, where none is named, the host's
// own programs, read-only, with an /etc and a /var that systemd makes when it boots.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "conformance/batteries/machine/init_system.h"

namespace loadline::conformance::machine {

// Where the system has the program; empty: nowhere. A system is a directory; empty: the host's.
std::string FindProgram(const InitSystem& init, const std::string& system);

// In words, for whoever reads the verdicts.
std::string NameOf(const std::string& system);

// What has to be mounted in the container, as changes of a configuration have it.
nlohmann::json MountsOf(const std::string& system);

class Root {
 public:
  Root() = default;
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;
  ~Root();

  // Makes it in the bundle. An error of the call mount says that the kernel does not let a
  // directory be written over that system.
  Result<void> Make(const std::string& bundle, const std::string& system);
  // No link of the system leads out of it.
  Result<void> Write(const TextFile& file) const;
  // Whether the journal of a life that has ended is still there.
  bool HasJournal() const;

 private:
  std::string path_;
  bool mounted_ = false;
};

}  // namespace loadline::conformance::machine
