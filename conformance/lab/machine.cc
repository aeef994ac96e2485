// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/machine.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/child_process.h"
#include "base/pipe.h"
#include "conformance/lab/records.h"

namespace loadline::lab {
namespace {

constexpr const char* kProgram = "qemu-system-x86_64";
constexpr size_t kLastWords = 2000;

// Containers make and drop namespaces all the time, which waits for grace periods unless they are
// hurried; what the kernel does against attacks through the processor costs an emulated one dearly.
// A few huge pages show what limits them.
const std::string kKernelWords =
    "console=ttyS0 quiet panic=-1 rcupdate.rcu_expedited=1 mitigations=off norandmaps audit=0 "
    "nowatchdog hugepages=8 ";

// What QEMU finds open, by number.
constexpr int kInitramfs = 10;
constexpr int kConsole = 11;
constexpr int kFirstPort = 12;
constexpr const char* kPorts[] = {kOutputPort, kErrorPort, kRecordPort};

std::vector<std::string> CommandOf(const Machine& machine) {
  std::vector<std::string> words{
      kProgram,
      "-nodefaults",
      "-no-user-config",
      "-machine",
      "q35",
      "-accel",
      machine.virtualised ? "kvm" : "tcg,thread=multi",
      "-cpu",
      machine.virtualised ? "host" : "max,la57=off",
      "-m",
      std::to_string(machine.memory_mb),
      "-smp",
      std::to_string(machine.processors),
      "-display",
      "none",
      "-nic",
      "none",
      "-no-reboot",
      "-sandbox",
      "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
      "-kernel",
      machine.kernel,
      "-initrd",
      "/proc/self/fd/" + std::to_string(kInitramfs),
      "-append",
      kKernelWords + machine.words,
      "-device",
      "virtio-serial-pci"};
  const auto add = [&](std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
  };
  // QEMU opens a descriptor that it was given through the name of a set of descriptors.
  const auto add_channel = [&](const std::string& id, int number) {
    const std::string set = std::to_string(number);
    add({"-add-fd", "fd=" + set + ",set=" + set});
    add({"-chardev", "file,id=" + id + ",append=on,path=/dev/fdset/" + set});
  };
  add_channel("console", kConsole);
  add({"-serial", "chardev:console"});
  int number = kFirstPort;
  for (const std::string port : kPorts) {
    const std::string id = port.substr(port.find('.') + 1);
    add_channel(id, number++);
    add({"-device", "virtserialport,chardev=" + id + ",name=" + port});
  }
  return words;
}

// One stream that comes out of QEMU.
struct Stream {
  Pipe pipe;
  std::function<Result<void>(std::string_view)> take;
};

Result<void> Pump(std::vector<Stream>& streams, const std::function<Deadline()>& deadline) {
  while (true) {
    std::vector<pollfd> waiting;
    for (const Stream& stream : streams) waiting.push_back({stream.pipe.read.get(), POLLIN, 0});
    if (std::none_of(waiting.begin(), waiting.end(), [](const pollfd& one) { return one.fd >= 0; }))
      return {};
    const int ready = poll(waiting.data(), waiting.size(), deadline().PollTimeout());
    if (ready < 0 && errno != EINTR) return CallError("poll");
    if (ready == 0 && deadline().Passed())
      return Failure("the lab was not done in time", "raise --timeout, or ask for less");
    for (size_t i = 0; i < streams.size(); ++i) {
      if (ready <= 0 || waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      std::array<char, 65536> block;
      const ssize_t count = read(waiting[i].fd, block.data(), block.size());
      if (count > 0)
        RETURN_IF_ERROR(
            streams[i].take(std::string_view(block.data(), static_cast<size_t>(count))));
      else if (count == 0 || errno != EINTR)
        streams[i].pipe.read = UniqueFd();
    }
  }
}

// The last lines of a console, in one.
std::string LastWords(std::string_view console) {
  constexpr int kLines = 3;
  std::string words;
  for (int line = 0; line < kLines; ++line) {
    const size_t end = console.find_last_not_of(" \r\n");
    if (end == std::string_view::npos) break;
    const size_t begin = console.find_last_of('\n', end) + 1;  // npos + 1 is the beginning
    words =
        std::string(console.substr(begin, end + 1 - begin)) + (words.empty() ? "" : " | ") + words;
    console = console.substr(0, begin);
  }
  return words;
}

}  // namespace

Result<std::string> RunMachine(const Machine& machine, const MachineOutputs& outputs,
                               const std::function<Deadline()>& deadline) {
  std::string console, complaint;
  const auto keep = [](std::string& words) {
    return [&words](std::string_view bytes) -> Result<void> {
      words += bytes;
      if (words.size() > kLastWords) words.erase(0, words.size() - kLastWords);
      return {};
    };
  };
  std::vector<Stream> streams(5);
  streams[0].take = keep(complaint);
  streams[1].take = keep(console);
  streams[2].take = outputs.output;
  streams[3].take = outputs.error;
  streams[4].take = outputs.record;
  SpawnOptions options;
  options.argv = CommandOf(machine);
  options.environment = CurrentEnvironment();
  options.descriptors.emplace_back(machine.initramfs, kInitramfs);
  for (size_t i = 0; i < streams.size(); ++i) {
    ASSIGN_OR_RETURN(streams[i].pipe, MakePipe());
    if (i > 0)
      options.descriptors.emplace_back(streams[i].pipe.write.get(),
                                       kConsole + static_cast<int>(i) - 1);
  }
  options.standard_error = streams[0].pipe.write.get();
  auto qemu = ChildProcess::Spawn(options);
  if (!qemu.has_value())
    return std::move(qemu).error().Hint("the lab needs QEMU: apt-get install qemu-system-x86");
  for (Stream& stream : streams) stream.pipe.write = UniqueFd();
  auto pumped = Pump(streams, deadline);
  if (!pumped.has_value()) {
    RETURN_IF_ERROR(qemu->Kill(SIGKILL));
    ASSIGN_OR_RETURN(const auto killed, qemu->Wait(Deadline::After(std::chrono::seconds(10))));
    (void)killed;
    return pumped.error();
  }
  ASSIGN_OR_RETURN(const auto ended, qemu->Wait(Deadline::After(std::chrono::seconds(10))));
  if (!ended || !ended->Success())
    return Failure("QEMU ended with " + (ended ? ended->ToText() : "nothing") + ": " +
                   LastWords(complaint));
  return LastWords(console);
}

}  // namespace loadline::lab
