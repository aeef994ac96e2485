// SPDX-License-Identifier: Apache-2.0
// systemd as the one that makes a container's groups: its manager, spoken to over D-Bus.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "reference-runtime/systemd/dbus_connection.h"
#include "reference-runtime/systemd/properties.h"

namespace loadline::runtime {

// A scope: a unit around a process that somebody else started.
struct ScopeRequest {
  std::string unit;  // "libpod-1234.scope"
  std::string slice;
  std::string description;
  pid_t pid = 0;
  std::vector<UnitProperty> properties;
};

class SystemdManager {
 public:
  // The manager of the system, or the user's own.
  static Result<SystemdManager> Connect(bool of_user);

  // Each returns when systemd has done it.
  Result<void> StartScope(const ScopeRequest& request);
  Result<void> SetProperties(const std::string& unit, const std::vector<UnitProperty>& properties);
  // A unit that is not there is no error.
  Result<void> Stop(const std::string& unit);

 private:
  explicit SystemdManager(DbusConnection connection) : connection_(std::move(connection)) {}
  Result<DbusMessage> Call(const std::string& member, const std::string& signature,
                           const DbusWriter& body);
  // What became of a job; `answer` is that to the call that began it.
  Result<void> WaitForJob(const DbusMessage& answer, const std::string& unit);

  DbusConnection connection_;
};

}  // namespace loadline::runtime
