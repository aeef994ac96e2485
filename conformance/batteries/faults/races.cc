// SPDX-License-Identifier: Apache-2.0
// Calls of the candidate at the same time, and many in a row.
#include <poll.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "conformance/batteries/faults/faults.h"
#include "conformance/batteries/faults/wrongs.h"

namespace loadline::conformance::faults {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

const std::string kPrefix = "loadline/faults/races/";
constexpr milliseconds kCallTime{8000};
constexpr int kCreates = 4;  // with one id

// A call from a thread of its own, and what came of it.
class Aside {
 public:
  // The container is one of the thread's own, so that nobody shares its streams.
  Aside(Rig& rig, const Container& like, std::string verb, json placeholders = json::object())
      : driver_(rig.profile(), rig.paths(), kCallTime, Deadline::After(2 * kCallTime)) {
    container_.id = like.id;
    container_.bundle = like.bundle;
    container_.pid_file = like.pid_file + "-" + std::to_string(++count);
    thread_ = std::thread([this, verb = std::move(verb), placeholders = std::move(placeholders)] {
      call_ = verb == "create" ? driver_.Create(container_)
                               : driver_.Do(verb, container_, placeholders);
    });
  }
  ~Aside() { (void)Join(); }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  // Its end.
  Result<Call> Join() {
    if (thread_.joinable()) thread_.join();
    return call_;
  }
  Container& container() { return container_; }
  Driver& driver() { return driver_; }

 private:
  static inline int count = 0;
  Driver driver_;
  Container container_;
  Result<Call> call_ = Failure("it was not made");
  std::thread thread_;
};

// One round of a race. What it adds to the trial is wrong.
using Round = std::function<Result<void>(Scene& scene, Trial& trial)>;

void AddHang(const std::string& verb, const Call& call, Trial& trial) {
  if (!call.timed_out) return;
  trial.hangs = true;
  trial.wrong.push_back(verb + " hangs");
}

// Whatever has won: state tells the truth, and one delete --force leaves nothing.
Result<void> End(Scene& scene, Trial& trial) {
  ASSIGN_OR_RETURN(const StateAnswer answer, scene.State());
  if (!answer.lie.empty()) trial.wrong.push_back(answer.lie);
  ASSIGN_OR_RETURN(const Call call, scene.Do("deleteForce"));
  AddHang("delete --force", call, trial);
  for (const std::string& left : scene.Leftovers())
    trial.wrong.push_back("after delete --force: " + left);
  return {};
}

Result<void> SameId(Scene& scene, Trial& trial) {
  std::vector<std::unique_ptr<Aside>> creates;
  for (int i = 0; i < kCreates; ++i)
    creates.push_back(std::make_unique<Aside>(scene.rig(), scene.victim(), "create"));
  Aside* winner = nullptr;
  int winners = 0;
  for (const auto& create : creates) {
    ASSIGN_OR_RETURN(const Call call, create->Join());
    AddHang("create", call, trial);
    if (!call.Success()) continue;
    ++winners;
    winner = create.get();
  }
  if (winners != 1)
    trial.wrong.push_back(std::to_string(winners) + " of " + std::to_string(kCreates) +
                          " creates with one id succeed");
  if (winner != nullptr) {
    ASSIGN_OR_RETURN(const Call late, Aside(scene.rig(), scene.victim(), "create").Join());
    AddHang("create", late, trial);
    if (late.Success()) trial.wrong.emplace_back("a create after them succeeds, too");
    ASSIGN_OR_RETURN(const Call call, scene.Do("start"));
    const bool serves = call.Success() && ReadLine(winner->container(), Deadline::After(kCallTime));
    if (!serves)
      trial.wrong.push_back("the container that was made does not start: " + call.ToText());
  }
  return End(scene, trial);
}

// Two calls at once, after what stands before them.
Round Together(std::vector<std::string> before, std::string one, std::string other) {
  return [=](Scene& scene, Trial& trial) -> Result<void> {
    RETURN_IF_ERROR(scene.DoAll(before));
    json placeholders = {{"processFile", scene.process_file()}, {"signal", "KILL"}};
    Aside first(scene.rig(), scene.victim(), one, placeholders);
    Aside second(scene.rig(), scene.victim(), other, placeholders);
    for (auto* aside : {&first, &second}) {
      ASSIGN_OR_RETURN(const Call call, aside->Join());
      AddHang(aside == &first ? one : other, call, trial);
    }
    return End(scene, trial);
  };
}

Result<void> ShortLife(Scene& scene, Trial& trial) {
  RETURN_IF_ERROR(scene.DoAll({"create"}));
  ASSIGN_OR_RETURN(const Call start, scene.Do("start"));
  AddHang("start", start, trial);
  if (!start.Success()) trial.wrong.push_back("start fails: " + start.ToText());
  scene.WaitForEndOfVictim();
  ASSIGN_OR_RETURN(const Call deleted, scene.Do("delete"));
  AddHang("delete", deleted, trial);
  if (!deleted.Success()) trial.wrong.push_back("delete fails: " + deleted.ToText());
  for (const std::string& left : scene.Leftovers()) trial.wrong.push_back("after delete: " + left);
  return {};
}

Result<void> ShortExec(Scene& scene, Trial& trial) {
  if (!scene.victim().created) RETURN_IF_ERROR(scene.DoAll({"create", "start"}));
  ASSIGN_OR_RETURN(const Call call, scene.Do("exec"));
  AddHang("exec", call, trial);
  if (!call.Success()) trial.wrong.push_back("exec fails: " + call.ToText());
  return {};
}

struct Race {
  std::string check;
  std::string title;
  Round round;
  int rounds;
  int full_rounds;
  bool one_container = false;  // for all rounds
  json changes = json::object();
  std::vector<std::string> needs;
};

const std::vector<Race>& Races() {
  static const std::vector<Race> races = {
      {"same-id", "of several creates with one id exactly one succeeds", SameId, 3, 40},
      {"create-delete", "nothing is left of a container that is deleted while it is created",
       Together({}, "create", "deleteForce"), 4, 60},
      {"start-kill", "nothing is left of a container that is killed while it starts",
       Together({"create"}, "start", "kill"), 4, 60},
      {"exec-delete",
       "nothing is left of a container that is deleted while something is executed",
       Together({"create", "start"}, "exec", "deleteForce"),
       4,
       60,
       false,
       json::object(),
       {"verb-exec"}},
      {"short-lives",
       "containers whose program ends at once start and end, one after the other",
       ShortLife,
       12,
       200,
       false,
       {{"process", {{"args", {kProbeInContainer, "nothing"}}}}}},
      {"short-execs",
       "programs that end at once are executed, one after the other",
       ShortExec,
       40,
       200,
       true,
       json::object(),
       {"verb-exec"}},
  };
  return races;
}

Result<void> Work(Rig& rig, Findings& findings, const Race& race) {
  const Deadline enough = Deadline::After(rig.options().time - 2 * kCallTime);
  ASSIGN_OR_RETURN(const std::unique_ptr<Scene> scene, Scene::Make(rig, race.changes));
  Wrongs wrongs;
  const int rounds = rig.options().full ? race.full_rounds : race.rounds;
  int done = 0;
  for (; done < rounds && !enough.Passed() && wrongs.hangs() < 3; ++done) {
    rig.ForgetCommands();
    Trial trial;
    RETURN_IF_ERROR(race.round(*scene, trial));
    trial.commands = rig.commands();
    if (!race.one_container || !trial.wrong.empty()) scene->CleanUp();
    wrongs.Add("round " + std::to_string(done + 1), trial);
  }
  rig.ForgetCommands();
  const std::string check = kPrefix + race.check;
  const std::string harm = scene->HarmOfBystander(true);
  if (!harm.empty()) findings.Judge(check, false, harm);
  wrongs.Judge(findings, check, Trial().promise, {{"rounds", rounds}, {"done", done}}, "");
  return {};
}

}  // namespace

std::vector<BatteryRun> RaceRuns() {
  std::vector<BatteryRun> runs;
  for (const Race& race : Races()) {
    runs.push_back({race.check,
                    {{kPrefix + race.check, race.title, {"loadline/faults/races"}, race.needs}},
                    false,
                    [&race](Rig& rig, Findings& findings) { return Work(rig, findings, race); },
                    std::chrono::seconds(60),
                    std::chrono::seconds(300)});
  }
  return runs;
}

}  // namespace loadline::conformance::faults
