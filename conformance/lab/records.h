// SPDX-License-Identifier: Apache-2.0
// What the lab's process 1 and the host tell each other: one plan in, records out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline::lab {

// What is done inside; a file of the initial file system.
struct GuestPlan {
  std::string cgroup = "v2";  // "v1", "v2" or "hybrid"
  std::string init = "own";   // process 1: the lab's "own", or "systemd"
  bool rootless = false;      // as an unprivileged user with a delegated group
  std::vector<std::string> command;
  std::vector<std::string> environment;

  std::string ToText() const;
  static Result<GuestPlan> Parse(std::string_view text);
};

// The plan's words for process 1.
inline constexpr const char* kOwnInit = "own";
inline constexpr const char* kSystemdInit = "systemd";

// The unit with which systemd starts the lab's init again.
inline constexpr const char* kUnit = "lab.service";

inline constexpr const char* kPlanFile = "/lab/plan";
// Where the command runs; what it leaves there comes back.
inline constexpr const char* kWorkDirectory = "/lab/work";
// Where the programs of Loadline stand.
inline constexpr const char* kProgramDirectory = "/opt/loadline/bin";
// Kernel modules.
inline constexpr const char* kModuleDirectory = "/lab/modules";
// Names of the ports.
inline constexpr const char* kOutputPort = "loadline.output";
inline constexpr const char* kErrorPort = "loadline.error";
inline constexpr const char* kRecordPort = "loadline.record";

// "started" when process 1 is ready, "file" for each file that comes back, "exit" or "signal" at
// the end of the command, "problem" when there is none.
struct Record {
  std::string kind;
  uint32_t number = 0;  // mode of a file, exit status, signal
  std::string name;     // path of a file below the work directory, words of a problem
  uint64_t size = 0;    // of the content that follows
};

// The line that stands before the content of a record.
std::string HeaderOf(const Record& record);

// Takes records apart as they come.
class RecordReader {
 public:
  using Handler = std::function<Result<void>(const Record&, const std::string& content)>;
  explicit RecordReader(Handler handler) : handler_(std::move(handler)) {}
  // An error when it is no record, or the handler's.
  Result<void> Take(std::string_view bytes);

 private:
  Handler handler_;
  std::string pending_;
};

}  // namespace loadline::lab
