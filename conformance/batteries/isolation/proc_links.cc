// SPDX-License-Identifier: Apache-2.0
// Images whose /proc or /sys is a link or a file: what is there afterwards is the kernel's, or the
// bundle was refused. Guards against CVE-2019-16884, CVE-2019-19921, CVE-2023-27561,
// CVE-2023-28642, CVE-2025-54867.
#include "conformance/batteries/isolation/image.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

struct Variant {
  const char* name;  // of the check
  const char* title;
  const char* target;  // of the link
};
constexpr Variant kLinks[] = {
    {"absolute", "a link to the outside", "${outside}/inner"},
    {"climbing", "a link that climbs to the outside", "../../../../../../../..${outside}/inner"},
    {"dangling", "a link to nowhere", "${outside}/new"},
    {"loop", "a link to itself", "proc-or-sys"},  // replaced by the directory's own name
    {"to-a-file", "a link to a file outside", "${outside}/file"},
    {"fake-tree", "a link to another tree of the image", "/fake"},
};
constexpr const char* kFile = "file";
constexpr const char* kNames[] = {"proc", "sys"};

std::string CheckOf(const char* variant) {
  return std::string("loadline/isolation/proc-links/") + variant;
}

std::vector<Planted> FakeTree() {
  return {File("/fake/self/attr/current", "fake\n"), File("/fake/self/status", "Name:\tfake\n"),
          File("/fake/sys/kernel/core_pattern", "fake\n"), File("/fake/1/cmdline", "fake")};
}

std::vector<json> Questions() {
  return {{{"tell", "kind-of"}, {"path", "/proc/"}}, {{"tell", "kind-of"}, {"path", "/sys/"}}};
}

std::string IsFake(const std::vector<json>& answers) {
  for (size_t i = 0; i < 2; ++i) {
    const std::string expected = i == 0 ? "proc" : "sysfs";
    if (answers[i].value("kind", "") != expected)
      return "in the place of " + expected + " there is " + answers[i].dump();
  }
  return "";
}

// The control: without these mounts the probe sees that the image's tree is not the kernel's.
Result<void> Control(Rig& rig) {
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  std::vector<json> answers;
  for (const char* path : {"/proc/", rig.paths().work.c_str()}) {
    ASSIGN_OR_RETURN(json answer, native.Tell({{"tell", "kind-of"}, {"path", path}}));
    answers.push_back(std::move(answer));
  }
  return CheckControl(answers[0].value("kind", "") == "proc" && !IsFake(answers).empty(),
                      "a directory that is no file system of the kernel's");
}

HostileBundle Row(const char* variant, const std::string& name, Planted planted,
                  const std::string& what) {
  HostileBundle bundle{CheckOf(variant), "/" + name + " is " + what, FakeTree()};
  bundle.image.push_back(std::move(planted));
  bundle.wrong = [](const Outcome& outcome) { return IsFake(outcome.answers); };
  bundle.messages = Questions();
  return bundle;
}

Result<void> Work(Rig& rig, Findings& findings) {
  RETURN_IF_ERROR(Control(rig));
  std::vector<HostileBundle> bundles;
  for (const std::string name : kNames) {
    for (const Variant& variant : kLinks) {
      const std::string target = std::string_view(variant.name) == "loop" ? name : variant.target;
      bundles.push_back(Row(variant.name, name, Link("/" + name, target), variant.title));
    }
    bundles.push_back(Row(kFile, name, File("/" + name), "a file"));
  }
  return TryBundles(rig, findings, bundles);
}

}  // namespace

BatteryRun ProcLinksRun() {
  const std::string real = "loadline/isolation/probes/kernel-file-systems";
  BatteryRun run{"proc-links", {}, false, Work};
  for (const Variant& variant : kLinks)
    run.checks.push_back({CheckOf(variant.name),
                          std::string("an image whose /proc or /sys is ") + variant.title +
                              " gets the kernel's, or is refused",
                          {real},
                          {}});
  run.checks.push_back({CheckOf(kFile),
                        "an image whose /proc or /sys is a file gets the kernel's, or is refused",
                        {real},
                        {}});
  return run;
}

}  // namespace loadline::conformance::isolation
