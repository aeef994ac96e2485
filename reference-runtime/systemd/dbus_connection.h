// SPDX-License-Identifier: Apache-2.0
// A connection to a bus of D-Bus.
#pragma once

#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "reference-runtime/systemd/dbus_message.h"

namespace loadline::runtime {

// What an error says, or at least how it is called.
std::string WordsOf(const DbusMessage& error);

class DbusConnection {
 public:
  // Connects to the bus that listens at `socket`, and says hello. Nothing waits longer than the
  // deadline.
  static Result<DbusConnection> Open(const std::string& socket, const Deadline& deadline);

  // The answer to a call, which may be an error of the other side.
  Result<DbusMessage> Ask(const DbusCall& call);
  // The same; what the other side refuses is an error in its words.
  Result<DbusMessage> Call(const DbusCall& call);
  // The next signal of that name, also one that came during a call. Signals have to be asked for
  // with AddMatch.
  Result<DbusMessage> NextSignal(const std::string& interface, const std::string& member);
  Result<void> AddMatch(const std::string& rule);

 private:
  DbusConnection(UniqueFd fd, const Deadline& deadline) : fd_(std::move(fd)), deadline_(deadline) {}
  Result<void> Authenticate();
  Result<void> Fill(size_t size);
  Result<DbusMessage> Receive();

  UniqueFd fd_;
  Deadline deadline_;
  std::string pending_;
  std::vector<DbusMessage> signals_;
  uint32_t serial_ = 0;
};

}  // namespace loadline::runtime
