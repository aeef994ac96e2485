// SPDX-License-Identifier: Apache-2.0
// Ids at the edges of their range, and images that give numbers other meanings. Guards against
// CVE-2016-3697, CVE-2023-25173, CVE-2024-40635, CVE-2026-30892 and those like GO-2026-5475.
#include "conformance/batteries/isolation/image.h"
#include "conformance/batteries/isolation/isolation.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

struct Edge {
  const char* name;
  uint64_t id;
};
// Beyond what a map of a user namespace commonly has, a refusal is as good.
constexpr Edge kEdges[] = {{"zero", 0},
                           {"one", 1},
                           {"overflow", 65534},
                           {"largest-signed", 2147483647},
                           {"beyond-signed", 2147483648},
                           {"largest", 4294967294}};
constexpr uint64_t kNobodyAtAll = 4294967295;  // -1: "leave it as it is"
constexpr uint64_t kTooLarge = 4294967296;     // 0 in 32 bits

// How --user of exec is written, and what it means.
struct Word {
  const char* name;
  const char* text;
  int uid;
  int gid;  // -1: whatever the candidate takes
};
constexpr Word kWords[] = {{"number", "1", 1, -1},
                           {"pair", "1:2", 1, 2},
                           {"leading-zeros", "0001", 1, -1},
                           {"large", "2147483648", -1, -1}};

std::string CheckOf(const std::string& name) { return "loadline/isolation/ids/" + name; }
std::string OfExec(const char* name) { return CheckOf(std::string("exec-user-") + name); }

json User(uint64_t id) { return {{"uid", id}, {"gid", id}, {"additionalGids", json::array({id})}}; }

json IdsOf(const json& answer) {
  const auto at = [&](const char* place) {
    return answer.value(json::json_pointer(place), json());
  };
  return {{"uid", at("/probe/uid")}, {"gid", at("/probe/gid")}, {"groups", at("/probe/groups")}};
}

std::string AreOther(const json& answer, uint64_t id) {
  const json ids = IdsOf(answer);
  json groups = ids["groups"];
  if (groups.is_array())
    std::erase_if(groups.get_ref<json::array_t&>(), [id](const json& one) { return one == id; });
  const auto all_are = [id](const json& seen) {
    for (const char* kind : {"real", "effective", "saved"}) {
      if (seen.value(kind, json()) != id) return false;
    }
    return true;
  };
  if (ids["uid"].is_object() && ids["gid"].is_object() && all_are(ids["uid"]) &&
      all_are(ids["gid"]) && groups.empty())
    return "";
  return "the ids were to be " + std::to_string(id) + " and are " + ids.dump();
}

Trial As(const json& user) {
  Trial trial;
  trial.config = {{"process", {{"user", user}}}};
  trial.messages = {{{"tell", "observe"}}};
  return trial;
}

Result<void> JudgeEdges(Rig& rig, Findings& findings, const Sentinels& sentinels) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  RETURN_IF_ERROR(rig.Run(*container));
  for (const Edge& edge : kEdges) {
    ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, As(User(edge.id)), sentinels));
    JudgeTrial(findings, CheckOf(edge.name), outcome,
               [&edge](const Outcome& seen) { return AreOther(seen.answers[0], edge.id); });
    if (!rig.HasVerb("exec")) continue;
    auto answers = rig.Exec(*container, {{{"tell", "observe"}}}, {{"user", User(edge.id)}});
    if (!answers && !IsCandidateError(answers.error())) return std::move(answers).error();
    const std::string wrong = answers ? AreOther((*answers)[0], edge.id) : "";
    findings.Judge(CheckOf(std::string("exec-") + edge.name), wrong.empty(), wrong);
  }
  rig.Remove(*container);
  for (const auto& [name, id] :
       {std::pair{"minus-one", kNobodyAtAll}, std::pair{"too-large", kTooLarge}}) {
    ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, As({{"uid", id}, {"gid", 1}}), sentinels));
    JudgeTrial(findings, CheckOf(name), outcome, [](const Outcome& seen) {
      return "it was taken, for user " + IdsOf(seen.answers[0])["uid"].dump();
    });
  }
  return {};
}

// Names that look like numbers, and a file of groups that takes long to read.
std::vector<Planted> MisleadingNames() {
  std::string groups = "root:x:0:\n1000:x:0:1000,0\n";
  std::string line = "group:x:5000:";
  for (int i = 0; i < 1000; ++i) line += "member" + std::to_string(i) + ",";
  line += "1000\n";
  while (groups.size() < size_t{10} << 20) groups += line;
  return {File("/etc/passwd",
               "root:x:0:0::/:/bin/sh\n1000:x:0:0::/:/bin/sh\n1:x:0:0::/:/bin/sh\n"
               "0001:x:0:0::/:/bin/sh\n1001:x:0:0::/:/bin/sh\n"),
          File("/etc/group", std::move(groups))};
}

Result<void> JudgeNames(Rig& rig, Findings& findings) {
  HostileBundle bundle{CheckOf("numeric-names"), "an image with numbers for names",
                       MisleadingNames()};
  bundle.config = {{"process", {{"user", User(1000)}}}};
  bundle.wrong = [](const Outcome& seen) { return AreOther(seen.answers[0], 1000); };
  bundle.messages = {{{"tell", "observe"}}};
  return TryBundles(rig, findings, {bundle});
}

// exec --user instead of a file; the image says that its numbers are root's names.
Result<void> JudgeWords(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  std::vector<Planted> image = MisleadingNames();
  image.pop_back();
  RETURN_IF_ERROR(Plant(container->bundle + "/rootfs", image, ""));
  RETURN_IF_ERROR(GiveTree(container->bundle, rig.paths().caller));
  RETURN_IF_ERROR(rig.Run(*container));
  rig.calls().verbs["execUser"] = {"exec",  "--user",          "${user}",
                                   "${id}", kProbeInContainer, "serve"};
  for (const Word& word : kWords) {
    auto answers =
        rig.ExecBy("execUser", *container, {{{"tell", "observe"}}}, {{"user", word.text}});
    if (!answers && !IsCandidateError(answers.error())) return std::move(answers).error();
    const json ids = answers ? IdsOf((*answers)[0]) : json();
    const auto is = [](const json& seen, int id) {
      return seen.is_object() && seen.value("effective", json()) == id;
    };
    // What is too large for one of them may be refused, but is nobody else.
    const bool right = !answers || (word.uid < 0 ? !is(ids["uid"], 0)
                                                 : is(ids["uid"], word.uid) &&
                                                       (word.gid < 0 || is(ids["gid"], word.gid)));
    findings.Judge(OfExec(word.name), right,
                   std::string("--user ") + word.text + " gives " + ids.dump(), ids);
  }
  rig.Remove(*container);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  // The control: user 1000 in an ordinary image is that, so that the probe tells them apart.
  const json ordinary = {{"uid", 1000}, {"gid", 1000}};
  ASSIGN_OR_RETURN(const Outcome control, Try(rig, As(ordinary), sentinels));
  if (control.refused) return CandidateError("a bundle for user 1000: " + control.why);
  RETURN_IF_ERROR(CheckControl(!AreOther(control.answers[0], 0).empty(), "another user's ids"));
  RETURN_IF_ERROR(JudgeEdges(rig, findings, sentinels));
  RETURN_IF_ERROR(JudgeNames(rig, findings));
  return rig.HasVerb("exec") ? JudgeWords(rig, findings) : Result<void>();
}

}  // namespace

BatteryRun IdsRun() {
  const std::string exact = "loadline/isolation/probes/ids-at-the-edges";
  const std::string refused = "loadline/isolation/probes/ids-beyond";
  const std::string names = "loadline/isolation/probes/names-of-the-image";
  BatteryRun run{"ids", {}, false, Work};
  for (const Edge& edge : kEdges) {
    const std::string title =
        " with the ids " + std::to_string(edge.id) + " has them or is refused";
    run.checks.push_back({CheckOf(edge.name), "init" + title, {exact}, {}});
    run.checks.push_back({CheckOf(std::string("exec-") + edge.name),
                          "a process of exec" + title,
                          {exact},
                          {"verb-exec"}});
  }
  run.checks.push_back({CheckOf("minus-one"), "the user 4294967295 is refused", {refused}, {}});
  run.checks.push_back({CheckOf("too-large"), "the user 4294967296 is refused", {refused}, {}});
  run.checks.push_back(
      {CheckOf("numeric-names"),
       "names of the image that are numbers, and its 10 MB of groups, do not matter",
       {names},
       {}});
  for (const Word& word : kWords)
    run.checks.push_back({OfExec(word.name),
                          std::string("exec --user ") + word.text + " is nobody else",
                          {names},
                          {"verb-exec", "option-user"}});
  return run;
}

}  // namespace loadline::conformance::isolation
