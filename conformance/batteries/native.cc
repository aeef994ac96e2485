// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/native.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/pipe.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kPatience{30000};

}  // namespace

Result<Native> Native::Start(const Rig& rig, const std::vector<std::string>& arguments,
                             const std::vector<std::pair<int, int>>& descriptors) {
  return StartProgram(rig.paths().probe, arguments, descriptors);
}

Result<Native> Native::StartProgram(const std::string& program,
                                    const std::vector<std::string>& arguments,
                                    const std::vector<std::pair<int, int>>& descriptors) {
  ASSIGN_OR_RETURN(Pipe input, MakePipe());
  ASSIGN_OR_RETURN(Pipe output, MakePipe());
  SpawnOptions spawn;
  spawn.argv = {program};
  spawn.argv.insert(spawn.argv.end(), arguments.begin(), arguments.end());
  spawn.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  spawn.directory = "/";
  spawn.standard_input = input.read.get();
  spawn.standard_output = output.write.get();
  spawn.descriptors = descriptors;
  // The cell ends it anyway, and the thread that starts it is not the cell's first.
  spawn.dies_with_parent = false;
  ASSIGN_OR_RETURN(ChildProcess process, ChildProcess::Spawn(spawn));
  Native native(std::move(process), std::move(input.write), std::move(output.read));
  input.read.Reset();
  output.write.Reset();
  ASSIGN_OR_RETURN(const json ready, native.Hear());
  if (!ready.contains("ready")) return Failure("the native probe is not ready: " + ready.dump());
  return native;
}

Result<json> Native::Tell(const json& message) {
  RETURN_IF_ERROR(WriteAll(input_.get(), message.dump() + "\n"));
  return Hear();
}

Result<json> Native::Hear() {
  const Deadline deadline = Deadline::After(kPatience);
  while (true) {
    const size_t end = bytes_.find('\n');
    if (end != std::string::npos) {
      json answer = json::parse(bytes_.substr(0, end), nullptr, false);
      bytes_.erase(0, end + 1);
      return answer;
    }
    ASSIGN_OR_RETURN(const Readiness ready, WaitFor(output_.get(), POLLIN, deadline));
    if (ready == Readiness::kTimedOut) return Failure("the native probe does not answer");
    std::array<char, 65536> buffer;
    const ssize_t count = read(output_.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Failure("the native probe has ended");
    bytes_.append(buffer.data(), static_cast<size_t>(count));
  }
}

}  // namespace loadline::conformance
