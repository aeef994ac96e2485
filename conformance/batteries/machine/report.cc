// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/machine/report.h"

#include <algorithm>
#include <string_view>

#include "base/joined.h"
#include "conformance/harness/strict_json.h"

namespace loadline::conformance::machine {
namespace {

using nlohmann::json;
using Events = std::vector<std::string>;

constexpr const char* kSaid = "loadline: all is there";
constexpr const char* kReporter = "loadline-report.service";

// The fields of an entry that say what happened to which unit, and who said what.
constexpr const char* kFields = "MESSAGE_ID,UNIT,MESSAGE,_SYSTEMD_UNIT,_TRANSPORT";

// sd-messages.h: a unit has been started, and stopped.
constexpr const char* kStarted = "39f53479d3a045ac8e11786248231fbf";
constexpr const char* kStopped = "9d1aaa27d60140bd96365438aad20286";

// What happens to the units whose order is known (bootup(7)), from the start of a life to its end.
const Events kBegins = {"started sysinit.target", "started basic.target",
                        "started loadline-first.service", "started loadline-second.service",
                        "started multi-user.target"};
const Events kEnds = {"stopped multi-user.target",      "stopped loadline-second.service",
                      "stopped loadline-first.service", "stopped basic.target",
                      "stopped sysinit.target",         "started shutdown.target"};

bool IsKnown(const std::string& event) {
  return std::find(kBegins.begin(), kBegins.end(), event) != kBegins.end() ||
         std::find(kEnds.begin(), kEnds.end(), event) != kEnds.end();
}

// A field that is not text, or comes twice, is a list.
std::string Field(const json& entry, const char* name) {
  const auto found = entry.find(name);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : "";
}

Events EventsOf(const Report& report) {
  Events events;
  for (const json& entry : report.entries) {
    const std::string kind = Field(entry, "MESSAGE_ID");
    if (kind != kStarted && kind != kStopped) continue;
    std::string event = (kind == kStarted ? "started " : "stopped ") + Field(entry, "UNIT");
    if (IsKnown(event)) events.push_back(std::move(event));
  }
  return events;
}

bool SaysWhatServicesSay(const Report& report) {
  return std::any_of(report.entries.begin(), report.entries.end(), [](const json& entry) {
    return Field(entry, "MESSAGE") == kSaid && Field(entry, "_SYSTEMD_UNIT") == kReporter &&
           Field(entry, "_TRANSPORT") == "stdout";
  });
}

// Where the present life begins.
Events::const_iterator LastLife(const Events& events) {
  const auto last = std::find(events.rbegin(), events.rend(), kBegins.front());
  return last == events.rend() ? events.begin() : last.base() - 1;
}

}  // namespace

std::string ReportScript(const std::string& log) {
  return "state=$(systemctl is-system-running --wait)\n"
         "echo '" +
         std::string(kSaid) +
         "'\n"
         "journalctl --sync\n"
         "{\n"
         "  cat /etc/os-release /usr/lib/os-release 2>/dev/null | sed -n 's/^PRETTY_NAME=/os:/p'\n"
         "  systemctl --version | sed -n '1s/^/version:/p'\n"
         "  sed 's/^/controllers:/' /sys/fs/cgroup/cgroup.controllers\n"
         "  echo \"system:$state\"\n"
         "  systemctl list-units --failed --plain --no-legend | sed 's/^/failed:/'\n"
         "  journalctl --no-pager --output=json --output-fields=" +
         kFields +
         " | sed 's/^/entry:/'\n"
         "  echo " +
         kReported +
         "\n"
         "} >>" +
         log + "\n";
}

bool TakeLine(Report& report, const std::string& line) {
  const auto is = [&](std::string_view word) { return line.starts_with(word); };
  const std::string rest = line.substr(std::min(line.size(), line.find(':') + 1));
  if (line == kReported) {
    report.whole = true;
  } else if (is("system:")) {
    report.state = rest;
  } else if (is("failed:")) {
    report.failed.push_back(rest.substr(0, rest.find(' ')));
  } else if (is("os:")) {
    report.os = rest;
    std::erase(report.os, '"');
  } else if (is("version:")) {
    report.version = rest;
  } else if (is("controllers:")) {
    report.controllers = rest;
  } else if (is("entry:")) {
    json entry = ParseForeign(rest);
    if (entry.is_object()) report.entries.push_back(std::move(entry));
  } else {
    return false;
  }
  return true;
}

std::string InWords(const Events& events) {
  return events.empty() ? "nothing" : Joined(events, ", ");
}

std::string WrongState(const Report& report) {
  if (report.state == "running" && report.failed.empty()) return "";
  if (report.failed.empty()) return "it is \"" + report.state + "\", not running";
  return "it is \"" + report.state + "\": " + InWords(report.failed) + " failed";
}

std::string WrongBoot(const Report& report) {
  const Events events = EventsOf(report);
  const Events life(LastLife(events), events.end());
  if (life != kBegins)
    return "its journal has of this boot: " + InWords(life) + "; not: " + InWords(kBegins);
  if (!SaysWhatServicesSay(report)) return "its journal does not have what a service said";
  return "";
}

std::string WrongLives(const Report& report, int lives) {
  Events wanted;
  for (int life = 1; life <= lives; ++life) {
    wanted.insert(wanted.end(), kBegins.begin(), kBegins.end());
    if (life < lives) wanted.insert(wanted.end(), kEnds.begin(), kEnds.end());
  }
  const Events events = EventsOf(report);
  if (events == wanted) return "";
  const auto [seen, missed] =
      std::mismatch(events.begin(), events.end(), wanted.begin(), wanted.end());
  return "its journal, which should tell of " + std::to_string(lives) + " lives, has after " +
         std::to_string(seen - events.begin()) + " events " +
         (seen == events.end() ? "nothing" : *seen) + ", not " +
         (missed == wanted.end() ? "nothing" : *missed);
}

json EvidenceOfState(const Report& report) {
  return {{"os", report.os},
          {"version", report.version},
          {"controllers", report.controllers},
          {"state", report.state},
          {"failed", report.failed}};
}

json EvidenceOfJournal(const Report& report) {
  return {{"entries", report.entries.size()}, {"events", EventsOf(report)}};
}

}  // namespace loadline::conformance::machine
