// SPDX-License-Identifier: Apache-2.0
// What an image puts in the place of /dev and of what belongs into it. Guards against
// CVE-2025-31133, CVE-2025-52565, CVE-2026-41579, CVE-2026-47766 and those like CVE-2026-88264.
#include <sys/stat.h>

#include "conformance/batteries/isolation/image.h"
#include "conformance/batteries/isolation/isolation.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

struct Device {
  const char* name;
  int major;
  int minor;
};
constexpr Device kDevices[] = {{"null", 1, 3},   {"zero", 1, 5},    {"full", 1, 7},
                               {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}};
// Others that runtimes make in /dev.
constexpr const char* kOthers[] = {"ptmx", "console", "fd", "stdin", "core", "shm", "mqueue"};

std::string CheckOf(const std::string& name) { return "loadline/isolation/device-links/" + name; }

// The image's own /dev, not a mounted one.
json WithoutDev() {
  return {{"mounts",
           {{"/dev", nullptr},
            {"/dev/pts", nullptr},
            {"/dev/shm", nullptr},
            {"/dev/mqueue", nullptr}}}};
}

json WithoutDevBut(const char* kept) {
  json config = WithoutDev();
  config["mounts"].erase(kept);
  return config;
}

json WithTerminal(json config) {
  config["process"]["terminal"] = true;
  return config;
}

json ReadOnly(json config) {
  config["root"]["readonly"] = true;
  return config;
}

std::vector<json> Observe() {
  json paths = json::array();
  for (const Device& device : kDevices) paths.push_back(std::string("/dev/") + device.name);
  return {{{"tell", "devices-at"}, {"paths", paths}}};
}

std::string IsNoDevice(const Outcome& outcome) {
  for (const Device& device : kDevices) {
    const std::string path = std::string("/dev/") + device.name;
    const json seen =
        outcome.answers[0].value(json::json_pointer("/devices") / path, json::object());
    const bool right = seen.value("type", "") == "character" &&
                       seen.value("major", 0) == device.major &&
                       seen.value("minor", 0) == device.minor;
    if (!right) return path + " is " + seen.dump();
  }
  return "";
}

std::vector<Planted> Everywhere(Planted (*plant)(std::string path)) {
  std::vector<Planted> image;
  for (const Device& device : kDevices) image.push_back(plant(std::string("/dev/") + device.name));
  return image;
}

struct Row {
  std::string name;
  std::string title;
  std::vector<Planted> image;
  json config;
  std::string (*wrong)(const Outcome&) = IsNoDevice;
  bool terminal = false;
};

// Each device and each other name as a link to a file outside.
void AddLinks(std::vector<Row>& rows) {
  for (const Device& device : kDevices) {
    // The null device has been called so from the beginning.
    const std::string name = device.name == std::string("null") ? "device" : device.name;
    const std::string path = std::string("/dev/") + device.name;
    rows.push_back(
        {name, path + " is a link to the outside", {Link(path, "${outside}/file")}, WithoutDev()});
  }
  for (const char* other : kOthers) {
    const std::string path = std::string("/dev/") + other;
    const bool mounted = path == "/dev/shm" || path == "/dev/mqueue";
    rows.push_back({other,
                    path + " is a link to the outside",
                    {Link(path, mounted ? "${outside}/inner" : "${outside}/file")},
                    mounted ? WithoutDevBut(path.c_str()) : WithoutDev()});
  }
}

void AddTerminals(std::vector<Row>& rows) {
  const json config = WithTerminal(WithoutDevBut("/dev/pts"));
  rows.push_back({"terminals",
                  "/dev/pts is a link to the outside",
                  {Link("/dev/pts", "${outside}/inner")},
                  WithoutDevBut("/dev/pts"),
                  nullptr});
  rows.push_back({"terminal-console",
                  "/dev/console is a link to the outside and there is a terminal",
                  {Link("/dev/console", "${outside}/file")},
                  config,
                  nullptr,
                  true});
  rows.push_back({"terminal-console-dangling",
                  "/dev/console is a link to nowhere and there is a terminal",
                  {Link("/dev/console", "${outside}/new")},
                  config,
                  nullptr,
                  true});
  rows.push_back({"terminal-multiplexer",
                  "/dev/ptmx is a link to the outside and there is a terminal",
                  {Link("/dev/ptmx", "${outside}/file")},
                  config,
                  nullptr,
                  true});
  rows.push_back({"terminal-directory",
                  "/dev/pts is a link to the outside and there is a terminal",
                  {Link("/dev/pts", "${outside}/inner")},
                  config,
                  nullptr,
                  true});
}

std::vector<Row> Rows() {
  const auto file = [](std::string path) { return File(std::move(path), "no device\n"); };
  std::vector<Row> rows = {
      {"directory",
       "/dev is a link to the outside",
       {Link("/dev", "${outside}/inner")},
       WithoutDev()},
      {"directory-mounted",
       "/dev is a link to the outside and is mounted on",
       {Link("/dev", "${outside}/inner")},
       json::object()},
      {"directory-climbing",
       "/dev is a link that climbs",
       {Link("/dev", "../../../../../../../..${outside}/inner")},
       WithoutDev()},
      {"directory-file", "/dev is a file", {File("/dev")}, WithoutDev()},
      {"file", "/dev/null is a file", {File("/dev/null", "no device\n")}, WithoutDev()},
      {"files", "all devices are files", Everywhere(file), WithoutDev()},
      {"fifos", "all devices are fifos", Everywhere(Fifo), WithoutDev()},
      {"directories", "all devices are directories",
       Everywhere([](std::string path) { return Directory(std::move(path)); }), WithoutDev()},
      {"below-a-mount", "all devices are files and /dev is mounted", Everywhere(file),
       json::object()},
      {"read-only-root",
       "/dev/null is a link to the outside and the root is read-only",
       {Link("/dev/null", "${outside}/file")},
       ReadOnly(WithoutDev())},
      {"read-only-files", "all devices are files and the root is read-only", Everywhere(file),
       ReadOnly(WithoutDev())},
  };
  AddLinks(rows);
  AddTerminals(rows);
  return rows;
}

// The control: whoever changes devices without looking follows the link.
Result<void> Control(Rig& rig) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  RETURN_IF_ERROR(
      Plant(rig.paths().work, {Link("/naive", "${outside}/file")}, sentinels.directory()));
  const std::string link = rig.paths().work + "/naive";
  if (chmod(link.c_str(), 0666) != 0) return CallError("chmod", link);
  return CheckControl(!sentinels.Changes().empty(), "a mode changed through a link");
}

Result<void> Work(Rig& rig, Findings& findings) {
  RETURN_IF_ERROR(Control(rig));
  RETURN_IF_ERROR(AllowDevices(rig));
  std::vector<HostileBundle> bundles;
  for (Row& row : Rows())
    bundles.push_back({CheckOf(row.name), row.title, std::move(row.image), std::move(row.config),
                       row.wrong, Observe(), row.terminal});
  return TryBundles(rig, findings, bundles);
}

}  // namespace

BatteryRun DeviceLinksRun() {
  BatteryRun run{"device-links", {}, false, Work};
  for (const Row& row : Rows()) {
    std::vector<std::string> needs;
    if (row.terminal) needs.emplace_back("terminal");
    run.checks.push_back({CheckOf(row.name),
                          "where " + row.title + ", nothing outside changes and no device is false",
                          {"loadline/isolation/probes/devices-of-the-image"},
                          needs});
  }
  return run;
}

}  // namespace loadline::conformance::isolation
