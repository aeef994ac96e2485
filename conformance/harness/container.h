// SPDX-License-Identifier: Apache-2.0
// Container: one container of a run as the cell knows it: its bundle, its process and its streams.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/child_process.h"
#include "base/deadline.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "conformance/harness/caller.h"
#include "conformance/harness/placeholder.h"

namespace loadline::conformance {

// Directories of the work area, all absolute, and whose they are.
struct CellPaths {
  Caller caller = Caller::kRoot;
  std::string base;   // everything of the run
  std::string state;  // the candidate's --root
  std::string work;   // ${work}
  std::string temporary;
  std::string bundles;
  std::string probe;    // on the host side
  std::string resctrl;  // the filesystem of that name; empty: there is none
  static Result<CellPaths> Make(const std::string& probe, Caller caller);
};

// Inside the container.
inline constexpr const char* kProbeInContainer = "/loadline-probe";
inline constexpr const char* kLogInContainer = "/.loadline-log";

// A stream that is read as far as a cap.
struct CappedStream {
  UniqueFd fd;
  std::string bytes;
  bool truncated = false;
  // Reads what is there without waiting; closes at the end of the stream.
  void ReadMore();
};

struct Container {
  std::string label;  // empty: the main container
  std::string id;
  std::string bundle;
  std::string pid_file;
  std::string console_socket;                    // empty: no terminal
  std::vector<std::pair<int, int>> descriptors;  // {ours, number} that calls inherit, as a leak
  nlohmann::json config;                         // expanded
  pid_t pid = -1;
  UniqueFd pidfd;
  UniqueFd input;
  CappedStream output;
  CappedStream errors;
  std::optional<ExitStatus> ended;
  bool created = false;      // by a create that succeeded
  bool attempted = false;    // a create was called
  bool interrupted = false;  // and was killed, or ended by a signal: it may have left anything
  bool deleted = false;
  bool console_received = false;
  nlohmann::json observed = nlohmann::json::object();  // its part of the observation

  void CloseStreams();
  // Placeholders by position: `inside` for what is resolved in the container.
  nlohmann::json Values(const CellPaths& paths, bool inside) const;
};

// An id that no candidate can have prepared itself for.
std::string RandomContainerId();
// What the ids begin with in this process and in the cells that it starts from the first call on.
const std::string& ContainerPrefix();

// Expands a config.json, each string by its position.
Result<nlohmann::json> ExpandConfig(const nlohmann::json& config, nlohmann::json outside,
                                    nlohmann::json inside);

// Makes the bundle's directories, rootfs and config.json.
Result<void> MakeBundle(Container& container, const CellPaths& paths);
// Replaces config.json by `container.config`.
Result<void> WriteConfig(const Container& container);

// Waits for one line of the container's output; nothing when the process ends or the deadline
// passes first.
std::optional<std::string> ReadLine(Container& container, const Deadline& deadline);
// Waits for the end of the container's process; false at the deadline.
bool WaitForEnd(Container& container, const Deadline& deadline);

}  // namespace loadline::conformance
