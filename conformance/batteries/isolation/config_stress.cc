// SPDX-License-Identifier: Apache-2.0
// Configurations that are large but lawful: all of it is applied, or it was refused, and the
// container is isolated all the same. Guards against CVE-2021-43784.
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

constexpr int kMounts = 1000;
constexpr int kPathBytes = 4000;
constexpr int kVariableBytes = 64 << 10;
constexpr int kMapLines = 300;
constexpr int kAnnotations = 10000;
constexpr int kGroups = 1000;

std::string Component(int bytes) { return "/" + std::string(static_cast<size_t>(bytes) - 1, 'd'); }

// About 4 KiB, in parts that file systems take.
std::string LongPath() {
  std::string path;
  while (path.size() + 200 < kPathBytes) path += Component(200);
  return path;
}

json ManyMounts() {
  json mounts = json::object();
  for (int i = 0; i < kMounts; ++i)
    mounts["/many/m" + std::to_string(i)] = {
        {"type", "tmpfs"}, {"source", "many"}, {"options", {"size=4k", "mode=755"}}};
  return {{"mounts", mounts}};
}

std::string MountsAreMissing(const json& probe) {
  int count = 0;
  for (const auto& mount : probe["mounts"].items())
    count += mount.key().starts_with("/many/m") ? 1 : 0;
  return count == kMounts ? "" : std::to_string(count) + " mounts are there";
}

json LongDestination() {
  return {{"mounts", {{LongPath(), {{"type", "tmpfs"}, {"source", "long"}}}}}};
}

std::string DestinationIsMissing(const json& probe) {
  // The table of mounts shows long paths as they are.
  return probe["mounts"].contains(LongPath()) ? "" : "the mount is not there";
}

json LongVariable() {
  return {{"process", {{"env", {"PATH=/bin", "LONG=" + std::string(kVariableBytes, 'v')}}}}};
}

std::string VariableIsShort(const json& probe) {
  const size_t length = probe["environ"].value("LONG", "").size();
  return length == kVariableBytes ? "" : "the variable has " + std::to_string(length) + " bytes";
}

json LongArguments() {
  return {{"process", {{"args", {"${probe}", "serve", std::string(kVariableBytes, 'a')}}}}};
}

std::string ArgumentIsShort(const json& probe) {
  const json& arguments = probe["args"];
  const size_t length = arguments.size() == 3 ? arguments[2].get<std::string>().size() : 0;
  return length == kVariableBytes ? "" : "the argument has " + std::to_string(length) + " bytes";
}

json ManyMapLines() {
  json map = json::array();
  for (int i = 0; i < kMapLines; ++i)
    map.push_back({{"containerID", 2 * i}, {"hostID", 100000 + 2 * i}, {"size", 1}});
  return {
      {"linux",
       {{"namespaces", {{"user", json::object()}}}, {"uidMappings", map}, {"gidMappings", map}}}};
}

std::string MapLinesAreMissing(const json& probe) {
  for (const char* map : {"uidMap", "gidMap"}) {
    const json lines = probe.value(map, json::array());
    if (lines.size() != kMapLines)
      return std::string(map) + " has " + std::to_string(lines.size()) + " lines";
  }
  return "";
}

json ManyAnnotations() {
  json annotations = json::object();
  for (int i = 0; i < kAnnotations; ++i)
    annotations["org.loadline.test." + std::to_string(i)] = "value";
  return {{"annotations", annotations}};
}

std::string Nothing(const json&) { return ""; }

json ManyGroups() {
  json groups = json::array();
  for (int i = 1; i <= kGroups; ++i) groups.push_back(i);
  return {{"process", {{"user", {{"additionalGids", groups}}}}}};
}

std::string GroupsAreMissing(const json& probe) {
  const json& groups = probe["groups"];
  // Some add the group id to them.
  const bool all = groups.size() == kGroups || groups.size() == kGroups + 1;
  return all ? "" : std::to_string(groups.size()) + " groups are there";
}

json LongHostname() { return {{"hostname", std::string(64, 'h')}}; }
json TooLongHostname() { return {{"hostname", std::string(65, 'h')}}; }

std::string HostnameIsOther(const json& probe) {
  return probe.value("hostname", "") == std::string(64, 'h') ? "" : "the name is another";
}
std::string HostnameIsCut(const json& probe) {
  return "it was taken, as " + probe["hostname"].dump();
}

struct Row {
  const char* name;
  const char* title;
  json (*config)();
  std::string (*wrong)(const json& probe);
  std::vector<std::string> needs;
};

std::vector<Row> Rows() {
  return {
      {"mounts", "1,000 mounts", ManyMounts, MountsAreMissing, {}},
      {"long-destination", "a destination of 4 KiB", LongDestination, DestinationIsMissing, {}},
      {"long-variable", "a variable of 64 KiB", LongVariable, VariableIsShort, {}},
      {"long-argument", "an argument of 64 KiB", LongArguments, ArgumentIsShort, {}},
      {"map-lines",
       "maps of 300 lines",
       ManyMapLines,
       MapLinesAreMissing,
       {"root", "user-namespace"}},
      {"annotations", "10,000 annotations", ManyAnnotations, Nothing, {}},
      {"groups", "1,000 groups", ManyGroups, GroupsAreMissing, {"root"}},
      {"long-hostname", "a host name as long as they may be", LongHostname, HostnameIsOther, {}},
      {"too-long-hostname",
       "a host name that is longer than they may be",
       TooLongHostname,
       HostnameIsCut,
       {}},
  };
}

std::string CheckOf(const Row& row) {
  return std::string("loadline/isolation/config-stress/") + row.name;
}

// The namespaces that every bundle here has are of the container's own.
std::string IsNotIsolated(const json& probe, const json& native) {
  for (const char* type : {"pid", "net", "ipc", "uts", "mnt"}) {
    const json::json_pointer place = json::json_pointer("/namespaces") / type;
    // A kernel in user space need not show them.
    if (probe.contains(place) && native.contains(place) && probe[place] == native[place])
      return std::string("its namespace of type ") + type + " is the caller's";
  }
  return "";
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  ASSIGN_OR_RETURN(const json observed, native.Tell({{"tell", "observe"}}));
  const json outside = observed.value("probe", json::object());
  // The control: what is not isolated is seen to be so.
  RETURN_IF_ERROR(CheckControl(IsNotIsolated(outside, outside).ends_with("the caller's") &&
                                   !MountsAreMissing(outside).empty() &&
                                   !VariableIsShort(outside).empty(),
                               "namespaces that are the caller's"));
  for (const Row& row : Rows()) {
    ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
    Trial trial;
    trial.config = row.config();
    trial.messages = {{{"tell", "observe"}}};
    ASSIGN_OR_RETURN(Outcome outcome, Try(rig, trial, sentinels));
    std::string wrong;
    if (!outcome.refused) {
      const json probe = outcome.answers[0].value("probe", json::object());
      wrong = row.wrong(probe);
      if (wrong.empty()) wrong = IsNotIsolated(probe, outside);
      outcome.answers.clear();  // too much for a report
    }
    JudgeTrial(findings, CheckOf(row), outcome, [&wrong](const Outcome&) { return wrong; });
  }
  return {};
}

}  // namespace

BatteryRun ConfigStressRun() {
  BatteryRun run{"config-stress", {}, false, Work};
  for (const Row& row : Rows())
    run.checks.push_back(
        {CheckOf(row),
         std::string(row.title) + (row.wrong == HostnameIsCut
                                       ? " is refused"
                                       : ": all of it is applied, or it is refused"),
         {"loadline/isolation/probes/large-configurations"},
         row.needs});
  return run;
}

}  // namespace loadline::conformance::isolation
