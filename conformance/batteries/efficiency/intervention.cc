// SPDX-License-Identifier: Apache-2.0
// What the host does for each operation of the program, beyond what it does for the native twin:
// system calls, stops by ptrace, switches. A program that runs on the processor itself makes its
// own calls and no others.
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <functional>

#include "conformance/batteries/efficiency/counter.h"
#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/efficiency/residents.h"
#include "conformance/batteries/efficiency/turns.h"
#include "conformance/batteries/processors.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr int kTimes = 5;  // that each is counted
constexpr int64_t kCalls = 20000;
constexpr int64_t kTakenTurns = 1000;  // with another process
constexpr int64_t kTurns = 20000;      // of a thousand steps each
constexpr double kStepsOfTurn = 1000;  // of the probe's integer work
// One in a hundred calls: what wakes up beside the program counts too, and is not for it.
constexpr double kMostOfCall = 0.01;
constexpr double kMostOfMillionSteps = 10;
constexpr double kSeen = 0.5;  // of what a native program does, that a counter has to see

const std::string kExtraCalls = "loadline/efficiency/intervention-calls";
const std::string kStops = "loadline/efficiency/intervention-stops";
const std::string kSwitches = "loadline/efficiency/intervention-switches";
const std::string kArithmetic = "loadline/efficiency/intervention-arithmetic";

// Who works, and whose system calls count: the program with whatever stays of the runtime.
struct Worker {
  std::function<Result<json>(const json& message)> tell;
  Residents residents;
};

enum class Kind { kEveryCall, kPtrace, kSwitch };

struct Question {
  const std::string& check;
  Kind kind;
  const char* work;
  int64_t count;
  double unit;  // operations that the figure is given for
  double most;
  const char* what;
};
const Question kQuestions[] = {
    {kExtraCalls, Kind::kEveryCall, "null-call", kCalls, 1, kMostOfCall,
     "further system calls of the host for each of the program"},
    {kStops, Kind::kPtrace, "null-call", kCalls, 1, kMostOfCall,
     "requests of ptrace for each system call of the program"},
    {kSwitches, Kind::kSwitch, "null-call", kCalls, 1, kMostOfCall,
     "further switches for each system call of the program"},
    {kArithmetic, Kind::kEveryCall, "integer", kTurns, 1e6 / kStepsOfTurn, kMostOfMillionSteps,
     "further system calls of the host for a million steps of arithmetic"},
};

class InterventionCount {
 public:
  InterventionCount(Rig& rig, Findings& findings) : rig_(rig), findings_(findings) {}

  Result<void> Run() {
    ASSIGN_OR_RETURN(Container* const twin, rig_.NewContainer());
    ASSIGN_OR_RETURN(Native native, StartTwin(rig_, *twin));
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
    const Residents before = ResidentsNow();
    RETURN_IF_ERROR(rig_.Run(*container));
    ASSIGN_OR_RETURN(const pid_t contained, Rig::PidOf(*container));
    for (const pid_t pid : {native.pid(), contained}) RETURN_IF_ERROR(Pin(pid, LastProcessor()));
    const Worker by_native{[&](const json& message) { return native.Tell(message); },
                           {native.pid()}};
    const Worker by_container{[&](const json& message) { return rig_.Tell(*container, message); },
                              Newcomers(before)};
    for (const Question& question : kQuestions) {
      ASSIGN_OR_RETURN(const std::string blind, WhyBlind(question.kind, by_native));
      if (!blind.empty()) {
        findings_.Say(question.check, Verdict::kEnvironment, blind);
        continue;
      }
      RETURN_IF_ERROR(Ask(question, by_native, by_container));
    }
    return {};
  }

 private:
  // That a counter sees nothing is shown by what it has to see: the calls of the program itself,
  // and its switches when it takes turns with another process. Of ptrace there is none to see, but
  // the counter of one call is the same whatever its number.
  Result<std::string> WhyBlind(Kind kind, const Worker& native) {
    const bool switches = kind == Kind::kSwitch;
    const long call = kind == Kind::kPtrace ? SYS_getppid : -1;
    auto seen = PerOperation(kind, call, switches ? "pipe-switch" : "null-call",
                             switches ? kTakenTurns : kCalls, native);
    if (!seen && seen.error().number == ENOTSUP) return seen.error().ToLine();
    if (!seen) return std::move(seen).error();
    if (*seen > kSeen) return std::string();
    return "what a native program does is not counted here: " + Decimal(*seen, 2) +
           " for each operation";
  }

  // How many so far.
  Result<int64_t> Now(Kind kind, const Counter* counter, const Worker& worker) {
    if (kind == Kind::kSwitch) return SwitchesOf(worker.residents);
    return counter->Read();
  }

  // While the work is done so often, whatever else the conversation costs.
  Result<int64_t> While(Kind kind, const Counter* counter, const std::string& work, int64_t count,
                        const Worker& worker) {
    ASSIGN_OR_RETURN(const int64_t before, Now(kind, counter, worker));
    ASSIGN_OR_RETURN(const json answer,
                     worker.tell({{"tell", "work"}, {"name", work}, {"count", count}}));
    if (!answer.contains("nanoseconds"))
      return CandidateError("the work could not be done: " + answer.dump());
    ASSIGN_OR_RETURN(const int64_t after, Now(kind, counter, worker));
    return after - before;
  }

  // Without what the conversation costs, which is the same for a single operation.
  Result<double> PerOperation(Kind kind, long call, const std::string& work, int64_t count,
                              const Worker& worker) {
    Counter counter;
    if (kind != Kind::kSwitch) {
      ASSIGN_OR_RETURN(counter, Counter::Attach(worker.residents, Whom::kAndTheirChildren, call,
                                                rig_.paths().work));
    }
    ASSIGN_OR_RETURN(const int64_t one, While(kind, &counter, work, 1, worker));
    ASSIGN_OR_RETURN(const int64_t all, While(kind, &counter, work, count, worker));
    return static_cast<double>(all - one) / static_cast<double>(count - 1);
  }

  Result<void> Ask(const Question& question, const Worker& native, const Worker& container) {
    const long call = question.kind == Kind::kPtrace ? SYS_ptrace : -1;
    std::vector<double> extra;
    std::vector<double> control;
    for (int i = 0; i < kTimes; ++i) {
      const auto count = [&](const Worker& worker) {
        return PerOperation(question.kind, call, question.work, question.count, worker);
      };
      ASSIGN_OR_RETURN(const double by_native, count(native));
      ASSIGN_OR_RETURN(const double by_container, count(container));
      ASSIGN_OR_RETURN(const double again, count(native));
      extra.push_back((by_container - by_native) * question.unit);
      control.push_back((again - by_native) * question.unit);
    }
    Say(question, std::move(extra), std::move(control));
    return {};
  }

  void Say(const Question& question, std::vector<double> extra, std::vector<double> control) {
    std::sort(extra.begin(), extra.end());
    std::sort(control.begin(), control.end());
    json evidence = {{"extra", extra[kTimes / 2]},
                     {"least", extra.front()},
                     {"most", extra.back()},
                     {"limit", question.most},
                     {"native", {{"least", control.front()}, {"most", control.back()}}}};
    if (question.check == kExtraCalls) {  // natively there is one for each
      evidence["ratio"] = 1 + extra[kTimes / 2];
      evidence["low"] = 1 + extra.front();
      evidence["high"] = 1 + extra.back();
    }
    const std::string says = Decimal(extra[kTimes / 2], 3) + " " + question.what + " (" +
                             Decimal(extra.front(), 3) + " to " + Decimal(extra.back(), 3) +
                             "), at most " + Decimal(question.most, 2);
    const bool noisy = control.back() > question.most || control.front() < -question.most;
    if (noisy || (extra.front() <= question.most && extra.back() > question.most)) {
      findings_.Say(question.check, Verdict::kInconclusive,
                    (noisy ? "even two native counts differ: " : "") + says, evidence);
      return;
    }
    findings_.Judge(question.check, extra.back() <= question.most, says, evidence);
  }

  Rig& rig_;
  Findings& findings_;
};

}  // namespace

BatteryRun InterventionRun() {
  return {"intervention",
          {{kExtraCalls,
            "a system call of the program costs the host no further ones",
            {kExtraCalls},
            {}},
           {kStops, "a system call of the program is no stop of ptrace", {kStops}, {}},
           {kSwitches,
            "a system call of the program takes no switch to another process",
            {kSwitches},
            {}},
           {kArithmetic,
            "arithmetic of the program costs the host no system calls",
            {kArithmetic},
            {}}},
          true,
          [](Rig& rig, Findings& findings) { return InterventionCount(rig, findings).Run(); }};
}

}  // namespace loadline::conformance::efficiency
